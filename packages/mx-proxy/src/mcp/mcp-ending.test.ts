import { processesWith } from "@mx/cli/testing/processes";
import { expect, test } from "vitest";
import {
  bareClient,
  caller,
  connect,
  serving,
  status,
  toolCall,
  trialKey,
  usage,
} from "../testing/mcp-proxy.ts";

test("the servers of an attempt end with it, and what they have started", async () => {
  await using proxy = await serving({ one: { args: ["child", "marker-of-ending"] } });
  const client = await connect(proxy, await trialKey());
  const other = await connect(proxy, await trialKey({ attempt: 2 }));
  expect(processesWith("marker-of-ending")).toHaveLength(2);
  const silent = expect(client.call("silent")).rejects.toThrow();
  await expect.poll(() => status(proxy)).toMatchObject({ mcp: [{ active: 1 }] });
  expect(await usage(proxy, "DELETE")).toMatchObject({ aborted: 1 });
  await silent;
  await expect.poll(() => processesWith("marker-of-ending"), { timeout: 10_000 }).toHaveLength(1);
  await other.transport.terminateSession();
  await expect.poll(() => processesWith("marker-of-ending"), { timeout: 10_000 }).toEqual([]);
  expect(processesWith("sleep\u0000613")).toEqual([]);
  expect(proxy.mcpCalls.at(-1)).toMatchObject({ tool: "silent", state: "cancelled" });
});

test("a caller that opens one session after the other has the last eight", async () => {
  await using proxy = await serving({ one: { args: ["marker-of-many"] } });
  const clients = [];
  for (let n = 0; n < 10; n += 1) clients.push(await connect(proxy));
  await expect.poll(() => processesWith("marker-of-many"), { timeout: 10_000 }).toHaveLength(8);
  await expect(clients[0]?.call("count")).rejects.toThrow(/no such session/);
  expect(await clients[9]?.call("count")).toBe("1");
});

test("sessions that are all asked for at once are no more than eight, though their servers take their time to end", async () => {
  const marker = "marker-of-a-flood";
  await using proxy = await serving({ one: { args: ["stubborn", marker] }, two: {} });
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, processesWith(marker).length)), 20);
  const clients = Array.from({ length: 9 }, () => bareClient(proxy));
  for (const { begun } of await Promise.all(clients)) expect(begun).toMatchObject([{ result: {} }]);
  clearInterval(watch);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(9);
  // Another server's are not among them.
  await using two = await connect(proxy, await trialKey({ mcp: ["two"] }), "two");
  expect(await two.call("count")).toBe("1");
  expect(processesWith(marker)).toHaveLength(8);
});

test("an attempt that was forgotten with a call under way is not there again", async () => {
  await using proxy = await serving({ one: {} });
  const client = await bareClient(proxy);
  const reply = client.ask(toolCall(1, "silent"));
  await expect.poll(() => status(proxy)).toMatchObject({ mcp: [{ active: 1 }] });
  await usage(proxy, "DELETE");
  expect(await reply).toMatchObject([{ error: { message: "the attempt was over" } }]);
  const run = await (await proxy.fetch(`/mx/usage?run=${caller.run_id}`)).json();
  expect(run).toMatchObject({ mcp_calls: 2, attempts: [] });
});

test("a session ends with its key, and its calls with it", async () => {
  await using proxy = await serving({ one: {} });
  const client = await bareClient(proxy, await trialKey({}, 1500));
  expect(await client.ask(toolCall(1, "silent"))).toMatchObject([
    { error: { message: "its time was over" } },
  ]);
  expect((await client.post(toolCall(2, "count"))).status).toBe(401);
  expect(await usage(proxy)).toMatchObject({ mcp_calls: 2, mcp_fault: null });
});
