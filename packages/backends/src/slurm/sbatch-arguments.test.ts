import { expect, test } from "vitest";
import { submitEnvironment } from "./command-environment.ts";
import { sbatchArguments } from "./sbatch-arguments.ts";

const job = { name: "mx-1", script: "true\n", workdir: "/shared", output: "%A.log", options: {} };

test("options go through as they are, an empty one as a flag alone", () => {
  const options = { partition: "gpu", time: "1:00:00", gres: "gpu:h100:2", exclusive: "" };
  const array = { indexes: [1, 2, 3, 7], parallel: 2 };
  expect(sbatchArguments({ ...job, options, array })).toEqual([
    "--parsable",
    "--job-name=mx-1",
    "--chdir=/shared",
    "--output=%A.log",
    "--export=ALL",
    "--array=1-3,7%2",
    "--partition=gpu",
    "--time=1:00:00",
    "--gres=gpu:h100:2",
    "--exclusive",
  ]);
});

test.for(["array", "output", "job-name", "wrap", "parsable", "export", "chdir", "wait"])(
  "--%s is mx's to set",
  (name) => {
    expect(() => sbatchArguments({ ...job, options: { [name]: "x" } })).toThrow(
      expect.objectContaining({ code: "slurm_option", exitCode: 2 }),
    );
  },
);

test("what is no long option is refused", () => {
  for (const name of ["-p", "p q", "", "partition=x", "Partition"])
    expect(() => sbatchArguments({ ...job, options: { [name]: "x" } })).toThrow("not an option");
});

test("sbatch takes the beginning of a name for the name, and what mx sets is not set so either", () => {
  for (const name of ["arr", "array", "exp", "w"])
    expect(() => sbatchArguments({ ...job, options: { [name]: "x" } })).toThrow("is set by mx");
  expect(sbatchArguments({ ...job, options: { exclude: "n1" } })).toContain("--exclude=n1");
});

test("a value of a variable is in the environment of sbatch, and in no argument", () => {
  const env = {
    PATH: "/usr/bin",
    KEY: "sk-1",
    OTHER: "no",
    SBATCH_ACCOUNT: "lab",
    SBATCH_WAIT: "1",
    SQUEUE_FORMAT: "%i",
    SLURM_JOB_ID: "9",
  };
  const spec = { ...job, exports: ["KEY", "ABSENT"] };
  expect(sbatchArguments(spec).join(" ")).not.toMatch(/sk-1|KEY/);
  expect(submitEnvironment(env, spec)).toEqual({
    PATH: "/usr/bin",
    KEY: "sk-1",
    SBATCH_ACCOUNT: "lab",
  });
});
