import { readAdapter } from "@mx/agent/adapters";
import type { Sandbox } from "@mx/backends";
import { expect, test } from "vitest";
import { agentTrajectory } from "./agent-trajectory.ts";

/** What becomes of a trajectory that mini-swe-agent left: its file is read as the sandbox gives it. */
async function leave(text: string) {
  const bytes = Buffer.from(text);
  const sandbox = { readFile: async () => ({ bytes, truncated: false }) } as unknown as Sandbox;
  const found = await agentTrajectory(sandbox, readAdapter("mini-swe-agent"), {
    fields: { out: "/mx/out" },
    env: {},
    model: "m",
    agent: { name: "mini-swe-agent" },
    sessionId: "s",
    signal: AbortSignal.timeout(60_000),
  });
  return found === null ? "nothing" : "problem" in found ? found.problem : String(found.bytes);
}

const message = '{"role":"user","content":"hello"}';

test("a file of nothing but objects took gigabytes, and held up all other trials", async () => {
  expect(await leave(`{"messages":[${message}${",{}".repeat(2_000_000)}]}`)).toMatch(
    /^the trajectory of mini-swe-agent: it has over 2000000 objects, lists and lines$/,
  );
});

test("a large one that an agent may well have left is read", async () => {
  const long = JSON.stringify({ role: "user", content: "{a: [1], b}\n".repeat(300_000) });
  expect(await leave(`{"messages":[${message},${long}]}`)).toContain("hello");
});

test("one that is nested too deeply is a finding", async () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const call = `{"role":"assistant","content":"x","tool_calls":[{"id":"1","function":{"name":"f","arguments":{"a":${deep}}}}]}`;
  expect(await leave(`{"messages":[${message},${call}]}`)).toMatch(/call stack|nested/);
});
