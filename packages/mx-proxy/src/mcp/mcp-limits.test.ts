import { expect, test } from "vitest";
import { bareClient, serving, status, toolCall, trialKey, usage } from "../testing/mcp-proxy.ts";

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

test("a client has no more than so many calls under way at a time", async () => {
  await using proxy = await serving({ one: {} });
  const client = await bareClient(proxy);
  const many = Array.from({ length: 70 }, (_, id) => toolCall(id, "silent"));
  const reply = await client.post(many);
  const refused = () => proxy.mcpCalls.filter(({ state }) => state === "refused");
  await expect.poll(() => refused()).toHaveLength(6);
  expect(refused()[0]?.error).toMatch(/more than 64 calls/);
  await reply.body?.cancel();
});

test("answers that nobody reads are not kept without end", async () => {
  await using proxy = await serving({ one: {} });
  const client = await bareClient(proxy);
  // Of the replies, only the heads are read.
  const replies: Response[] = [];
  for (let id = 0; id < 7; id += 1)
    replies.push(await client.post(toolCall(id, "big", { bytes: 16_000_000 })));
  const ended = { mcp: [{ sessions: 0 }] };
  await expect.poll(() => status(proxy), { timeout: 10_000 }).toMatchObject(ended);
  expect(replies.map(({ bodyUsed }) => bodyUsed)).not.toContain(true);
});

test("JSON of too many levels, from client or server, ended the proxy", async () => {
  await using proxy = await serving({ one: {} });
  const client = await bareClient(proxy);
  const call = JSON.stringify({ jsonrpc: "2.0", ...toolCall(1, "echo", { said: "DEEP" }) });
  const refused = await client.raw(call.replace('"DEEP"', deep(100_000)));
  expect([refused.status, await refused.text()]).toMatchObject([
    400,
    expect.stringMatching(/levels/),
  ]);
  expect((await client.raw(call.replace('"DEEP"', deep(100)))).status).toBe(200);
  expect(await client.ask(toolCall(2, "deep", { levels: 100_000 }))).toMatchObject([
    { id: 2, error: { message: expect.stringMatching(/more than 128 levels/) } },
  ]);
  expect(proxy.mcpCalls.at(-1)).toMatchObject({ tool: "deep", state: "error" });
  expect(await client.ask(toolCall(3, "deep", { levels: 100 }))).toMatchObject([{ result: {} }]);
  expect(await usage(proxy)).toMatchObject({ mcp_fault: null });
});

test("what a server says to nobody, or to a client that listens, ended the session after so many bytes", async () => {
  await using proxy = await serving({ one: {} });
  const client = await bareClient(proxy);
  const much = { count: 200, bytes: 50_000 };
  for (let id = 1; id < 6; id += 1) await client.ask(toolCall(id, "notes", much));
  const headers = { accept: "text/event-stream", "mcp-session-id": client.session ?? "" };
  const listen = async () => proxy.fetch("/mcp/one", { key: await trialKey(), headers });
  const events = await listen();
  expect((await listen()).status).toBe(409);
  let heard = 0;
  const listening = (async () => {
    for await (const chunk of events.body ?? []) heard += (chunk as Uint8Array).length;
  })();
  for (let id = 6; id < 11; id += 1) {
    await client.ask(toolCall(id, "notes", much));
    const bytes = (id - 5) * much.count * much.bytes;
    await expect.poll(() => heard, { timeout: 10_000 }).toBeGreaterThan(bytes);
  }
  expect(await client.ask(toolCall(11, "count"))).toMatchObject([{ result: {} }]);
  expect(
    (await proxy.fetch("/mcp/one", { method: "DELETE", key: await trialKey(), headers })).status,
  ).toBe(200);
  await listening;
});

test("an id that is in use is refused, and the call that has it goes on", async () => {
  await using proxy = await serving({ one: {} });
  const client = await bareClient(proxy);
  const asking = client.ask(toolCall("x", "asks"));
  await expect.poll(() => status(proxy)).toMatchObject({ mcp: [{ active: 1 }] });
  const [refused] = await client.ask(toolCall("x", "count"));
  expect(refused).toMatchObject({
    id: "x",
    error: { message: expect.stringMatching(/under way/) },
  });
  await client.ask({ id: "q-x", result: { roots: [] } });
  expect((await asking).at(-1)).toMatchObject({ id: "x", result: {} });
  const [both] = [await client.ask([toolCall("y", "count"), toolCall("y", "count")])];
  expect(both).toMatchObject([{ id: "y" }, { id: "y" }]);
  expect(proxy.mcpCalls.map(({ state }) => state).toSorted()).toEqual([
    "ok",
    "ok",
    "ok",
    "refused",
    "refused",
  ]);
});

test("a call that is called off ends the reply that it was to have, and makes room", async () => {
  await using proxy = await serving({ one: {} });
  const client = await bareClient(proxy);
  const off = (requestId: number) => ({ method: "notifications/cancelled", params: { requestId } });
  const reply = client.ask([toolCall(1, "silent"), toolCall(2, "silent")]);
  await expect.poll(() => status(proxy)).toMatchObject({ mcp: [{ active: 2 }] });
  await client.ask([off(1), off(2), off(3)]);
  expect(await reply).toEqual([]);
  expect(proxy.mcpCalls.slice(1)).toMatchObject([{ state: "cancelled" }, { state: "cancelled" }]);
});
