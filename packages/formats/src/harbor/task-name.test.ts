import { expect, test } from "vitest";
import { taskName } from "./task-name.ts";

test.for<[value: unknown, wanted: string | null]>([
  [{ path: "tasks/hello" }, "hello"],
  [{ path: "/a/b/hello/" }, "hello"],
  [{ path: "C:\\tasks\\hello" }, "hello"],
  [{ path: "./hello/." }, "hello"],
  [{ git_url: "https://example.com/r.git", git_commit_id: null, path: "x/hello" }, "hello"],
  [{ org: "harbor", name: "hello", ref: "latest" }, "harbor/hello"],
  [{ name: "harbor/hello", path: null }, "harbor/hello"],
  [{ path: "/" }, null],
  [{ name: "" }, null],
  [{}, null],
  [null, null],
  ["hello", null],
])("%j", ([value, wanted]) => {
  expect(taskName(value)).toBe(wanted);
});
