import { expect, test } from "vitest";
import { modalPlan } from "../../testing/modal-plan.ts";
import { jobOptions } from "./job-options.ts";

const plan = modalPlan({
  record: { where: "slurm", gpu: { type: "H100", count: 2 }, secrets: ["HF_TOKEN"] },
  infra: { timeout_s: 5430, cpu: 1.5, memory_mib: 9000 },
});

test("what the plan asks for becomes options, times rounded up to minutes", () => {
  expect(jobOptions(plan, {}).sbatch).toEqual({
    gres: "gpu:2",
    "cpus-per-task": "2",
    mem: "9000M",
    time: "91",
    "no-requeue": "",
  });
});

test("a flag takes the place of what the plan asks for", () => {
  const given = {
    gres: "gpu:h100:1",
    exclusive: "",
    "mem-per-gpu": "1G",
    time: "1-0",
    requeue: "",
  };
  expect(jobOptions(plan, { ...given, account: "lab" }).sbatch).toEqual({
    ...given,
    account: "lab",
  });
});

test("renew, drain, setup and export are mx's own, and no options of sbatch", () => {
  const { sbatch, ...own } = jobOptions(plan, {
    renew: "10",
    drain: "0.5",
    setup: "module load cuda",
    export: "MY_SETTING",
  });
  expect(own).toMatchObject({ renewMs: 600_000, drainMs: 500, setup: "module load cuda" });
  expect(own.exports).toEqual(expect.arrayContaining(["HF_TOKEN", "HF_HOME", "MY_SETTING"]));
  expect(Object.keys(sbatch)).not.toEqual(expect.arrayContaining(["renew"]));
  expect(jobOptions(plan, {})).toMatchObject({ renewMs: null, drainMs: 60_000, setup: "" });
});

test.for([{ renew: "soon" }, { renew: "" }, { drain: "-1" }, { export: "KEY=value" }])(
  "%j is refused",
  (given) => {
    expect(() => jobOptions(plan, given as Record<string, string>)).toThrow(
      expect.objectContaining({ code: "slurm_option", exitCode: 2 }),
    );
  },
);
