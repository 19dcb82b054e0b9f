import { expect, test } from "vitest";
import { jobSpec } from "./job-spec.ts";

const settings = {
  backend: "local",
  setup: "",
  shards: null,
  elements: null,
  exports: [],
  options: { exclude: "node7" },
} as const;

test("a % in the run's folder is not the start of one of Slurm's patterns", () => {
  const place = { settings: { ...settings, exports: [] }, folder: "/a%j", cwd: "/", exports: [] };
  const { output, options, array } = jobSpec(place, { name: "mx-r", length: 2 }, ["node8"], 1);
  expect(output).toBe("/a%%j/slurm/logs/%A_%a.out");
  expect(options).toMatchObject({ exclude: "node7,node8" });
  expect(array).toEqual({ indexes: [0, 1], parallel: 1 });
});
