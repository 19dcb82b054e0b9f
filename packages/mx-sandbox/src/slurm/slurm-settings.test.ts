import { parseFlags } from "@mx/cli";
import { expect, test } from "vitest";
import { command } from "../command.ts";
import type { Flags } from "../flags.ts";
import { readSlurmSettings } from "./slurm-settings.ts";

const read = (...argv: string[]) =>
  readSlurmSettings(
    parseFlags(command, ["--backend", "slurm", ...argv], {}).flags as unknown as Flags,
  );

test("options of sbatch pass; mx's own are taken out of them", () => {
  const given = ["partition=gaudi", "gres=gpu:hl225:1", "setup=module load node", "shards=12"];
  const settings = read(...given.map((text) => `--slurm.${text}`), "--slurm.export=HF_TOKEN,LANG");
  expect(settings).toMatchObject({ setup: "module load node", shards: 12, elements: null });
  expect(settings.exports).toEqual(["HF_TOKEN", "LANG"]);
  expect(settings.options).toEqual({
    partition: "gaudi",
    gres: "gpu:hl225:1",
    requeue: "",
    signal: "B:INT@120",
  });
});

test.for<[string, boolean]>([
  ["10", true],
  ["5", false],
  ["9:59", false],
  ["0:30:00", true],
  ["0:05:00", false],
  ["1-0", true],
  ["0-00:05", false],
  ["4:00:00", true],
])("with --slurm.time=%s, notice before the end: %j", ([time, isGiven]) => {
  expect("signal" in read(`--slurm.time=${time}`).options).toBe(isGiven);
});

test("--slurm.no-requeue and --slurm.signal are the user's", () => {
  const { options } = read("--slurm.no-requeue=", "--slurm.signal=B:INT@600");
  expect(options).toEqual({ "no-requeue": "", signal: "B:INT@600" });
});

test.for<[string, string[], RegExp]>([
  ["--budget-tokens", ["--budget-tokens", "5"], /cannot be held over several nodes/],
  ["--preflight", ["--preflight"], /cannot be held over several nodes/],
  ["mx's own", ["--slurm.output=x"], /mx's own/],
  ["an array of one's own", ["--slurm.array=1-5"], /--slurm.array is mx's own/],
  ["no option", ["--slurm.Partition=x"], /no option of sbatch/],
  ["no number of shards", ["--slurm.shards=many"], /--slurm.shards: expected a number/],
  ["no such backend on a node", ["--slurm.backend=modal"], /--slurm.backend: expected local/],
  ["a value", ["--slurm.export=A=b"], /names of variables only/],
])("%s is an error", ([, argv, message]) => {
  expect(() => read(...argv)).toThrow(message);
});
