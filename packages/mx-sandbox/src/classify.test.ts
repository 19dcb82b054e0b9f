import type { ExecResult } from "@mx/backends";
import { expect, test } from "vitest";
import { classify, type Ended } from "./classify.ts";

const exited = (exitCode: number): ExecResult => ({ ended: "exited", exitCode, elapsedMs: 1 });
const report = (fault: "mcp_failed" | "skills_invalid"): Ended["report"] => ({
  outcome: "infra_error",
  error: "the MCP server files did not start: no such file",
  fault,
});

test.for([
  { exitCode: 69, fault: "mcp_failed", retryable: true },
  { exitCode: 65, fault: "skills_invalid", retryable: false },
] as const)("an agent that could not use what it was given is no result: $fault", (given) => {
  const { exitCode, fault, retryable } = given;
  const ended = { result: exited(exitCode), calls: null, report: report(fault), stderrTail: "" };
  expect(classify(ended)).toEqual({
    outcome: "infra_error",
    fault: { class: fault, message: report(fault)?.error, retryable },
  });
});

test("a report that a command of the model wrote does not excuse an exit status of its own", () => {
  const ended = { result: exited(1), calls: null, report: report("mcp_failed"), stderrTail: "no" };
  expect(classify(ended).outcome).toBe("failed");
});
