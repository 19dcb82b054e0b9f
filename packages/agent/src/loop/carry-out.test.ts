import { expect, test } from "vitest";
import { AgentFault } from "../agent-fault.ts";
import { toolContext } from "../testing/tool-context.ts";
import type { Tool } from "../tools/tool.ts";
import { carryOut, type CallResult } from "./carry-out.ts";

/** Tools that say when they begin and end. */
function recorded(log: string[]): Tool[] {
  const tool = (name: string, readOnly: boolean): Tool => ({
    name,
    description: "",
    parameters: {},
    readOnly,
    async call(args) {
      const { id, fails } = args as { id: string; fails?: boolean };
      log.push(`+${id}`);
      await new Promise((resolve) => setTimeout(resolve, id === "slow" ? 100 : 20));
      log.push(`-${id}`);
      if (fails === true) throw new AgentFault("mcp_failed", "gone");
      return { text: id, failed: false };
    },
  });
  return [tool("Look", true), tool("Change", false)];
}

const call = (name: string, id: string, more = {}) => ({
  id,
  name,
  arguments: JSON.stringify({ id, ...more }),
});

test("neighbours that change nothing run together, all others in order", async () => {
  await using context = await toolContext();
  const log: string[] = [];
  const results: CallResult[] = [];
  const calls = [
    call("Change", "a"),
    call("Look", "slow"),
    call("Look", "b"),
    call("Change", "c"),
    call("Look", "d"),
  ];
  await carryOut(calls, recorded(log), context, results);
  expect(log).toEqual(["+a", "-a", "+slow", "+b", "-b", "-slow", "+c", "-c", "+d", "-d"]);
  expect(results.map(({ text }) => text)).toEqual(["a", "slow", "b", "c", "d"]);
});

test("at most eight at a time", async () => {
  await using context = await toolContext();
  const log: string[] = [];
  const calls = Array.from({ length: 30 }, (_, index) => call("Look", `${index}`));
  await carryOut(calls, recorded(log), context, []);
  let running = 0;
  const most = Math.max(...log.map((entry) => (running += entry.startsWith("+") ? 1 : -1)));
  expect(most).toBe(8);
});

test("what ends the agent leaves the results that there are, and begins nothing more", async () => {
  await using context = await toolContext();
  const log: string[] = [];
  const results: CallResult[] = [];
  const calls = [call("Look", "a"), call("Look", "b", { fails: true }), call("Change", "c")];
  await expect(carryOut(calls, recorded(log), context, results)).rejects.toThrow("gone");
  expect(log).toEqual(["+a", "+b", "-a", "-b"]);
  expect(results.map(({ text }) => text)).toEqual(["a"]);
});
