import type { ExecResult } from "@mx/backends";
import { noUsage } from "@mx/records";
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

const calls = (more: Partial<NonNullable<Ended["calls"]>>): Ended["calls"] => ({
  calls: 3,
  ok: 2,
  failed: 1,
  last_state: "error",
  last_status: 503,
  last_error: "no room",
  usage: noUsage,
  cost_usd: null,
  model_ms: null,
  active: 0,
  ...more,
});
const fine = { failed: 0, last_state: "ok", last_status: 200, last_error: null };

test("an agent that gave up on its MCP servers before it asked its model is no result", () => {
  const ended = { result: exited(1), report: null, stderrTail: "vault did not start" };
  const none = calls({ calls: 0, ok: 0, failed: 0, last_state: null, last_status: null });
  expect(classify({ ...ended, calls: none, hasServers: true })).toMatchObject({
    outcome: "infra_error",
    fault: { class: "mcp_failed", message: "vault did not start", retryable: true },
  });
  expect(classify({ ...ended, calls: none }).outcome).toBe("failed");
  expect(classify({ ...ended, calls: calls(fine), hasServers: true }).outcome).toBe("failed");
});

test.for<[what: string, ended: Partial<Ended>, outcome: string]>([
  ["a status of 0 that is trusted", { calls: calls({}) }, "completed"],
  ["a last call that failed", { calls: calls({}), zeroOnFailure: true }, "infra_error"],
  [
    "a last call that was refused",
    { calls: calls({ last_status: 400 }), zeroOnFailure: true },
    "failed",
  ],
  ["a last call that went well", { calls: calls(fine), zeroOnFailure: true }, "completed"],
  [
    "a limit that was not reached",
    { calls: calls({ ...fine, last_finish_reason: "tool_calls" }), turnLimit: 3 },
    "completed",
  ],
  [
    "a limit with a call pending",
    { calls: calls({ ...fine, last_finish_reason: "tool_use" }), turnLimit: 2 },
    "max_turns",
  ],
  [
    "a limit with a last word",
    { calls: calls({ ...fine, last_finish_reason: "stop" }), turnLimit: 2 },
    "completed",
  ],
])("an agent that ends with 0 after %s", ([, ended, outcome]) => {
  const given = { result: exited(0), calls: null, report: null, stderrTail: "", ...ended };
  expect(classify(given).outcome).toBe(outcome);
});
