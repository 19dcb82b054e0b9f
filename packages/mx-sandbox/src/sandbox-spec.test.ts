import type { Limits } from "@mx/backends";
import type { Task } from "@mx/records";
import { expect, test } from "vitest";
import type { Flags } from "./flags.ts";
import { taskSpec } from "./sandbox-spec.ts";

const limits: Limits = {
  memory_bytes: 1,
  processes: 2,
  open_files: 3,
  output_bytes: 4,
  workspace_bytes: 5,
};
const spec = (task: Partial<Task>, flags: Partial<Flags> = {}) =>
  taskSpec({ type: "task", version: 1, id: "a", prompt: "x", ...task }, flags as Flags, limits);
const mib = 1024 * 1024;

test("a task that says nothing has what the run gives", () => {
  expect(spec({})).toEqual({ env: {}, limits });
});

test("what a task needs takes the place of the run's, unless a flag says otherwise", () => {
  const resources = { memory_mib: 3, disk_mib: 0.5, cpus: 2 };
  const own = { memory_bytes: 3 * mib, workspace_bytes: mib / 2 };
  expect(spec({ resources })).toEqual({ env: {}, limits: { ...limits, ...own }, cpus: 2 });
  expect(spec({ resources }, { memory: 1, disk: 1 })).toEqual({ env: {}, limits, cpus: 2 });
});

test("image, build, place and variables go along", () => {
  const build = { dockerfile: "FROM a" };
  expect(spec({ build, workdir: "/app", env: { A: "b" } })).toEqual({
    env: { A: "b" },
    limits,
    build,
    workdir: "/app",
  });
});

test("a task for graphics cards is not run without", () => {
  expect(() => spec({ resources: { gpus: 2 } })).toThrow(/needs 2 GPUs: name them with --gpu/);
  expect(spec({ resources: { gpus: 2 } }, { gpu: "H100:2" }).limits).toEqual(limits);
});
