import { expect, test } from "vitest";
import {
  bareClient,
  caller,
  connect,
  serving,
  toolCall,
  trialKey,
  usage,
} from "../testing/mcp-proxy.ts";
import { secret } from "../testing/test-proxy.ts";

test("a server that cannot start says why to its client, and is the attempt's fault", async () => {
  const env = { VAULT_TOKEN: "tok-5521-of-the-vault" };
  const broken = { args: ["broken"], env: { WHAT: "${VAULT_TOKEN}" } };
  await using proxy = await serving({ one: broken, two: { command: "/no/such/program" } }, env);
  await expect(connect(proxy, await trialKey())).rejects.toThrow(
    /MCP server "one": it has ended \(exit status 4\)\s+no \*\*\*/,
  );
  expect(await usage(proxy)).toMatchObject({
    mcp_fault: 'MCP server "one": it has ended (exit status 4)\nno ***',
  });
  expect(proxy.mcpCalls).toMatchObject([{ method: "initialize", state: "failed", ...caller }]);
  await expect(connect(proxy, secret, "two")).rejects.toThrow(/ENOENT/);
});

test("a server that ends takes its calls with it, and its session", async () => {
  await using proxy = await serving({ one: {} });
  await using client = await connect(proxy, await trialKey());
  const silent = client.call("silent");
  const failed = expect(silent).rejects.toThrow(/exit status 3.*out of cheese/s);
  await expect(client.call("crash")).rejects.toThrow(/MCP server "one": .*exit status 3/);
  await failed;
  await expect(client.call("count")).rejects.toThrow(/no such session/);
  expect(await usage(proxy)).toMatchObject({ mcp_fault: expect.stringMatching(/out of cheese/) });
});

test("a client that calls off its request to initialize, or repeats it, makes no fault", async () => {
  await using proxy = await serving({ one: {} });
  const client = await bareClient(proxy);
  const off = { method: "notifications/cancelled", params: { requestId: 0 } };
  await client.ask([off, { method: "notifications/cancelled" }]);
  const again = { id: 7, method: "initialize", params: {} };
  expect(await client.ask(again)).toMatchObject([
    { error: { message: expect.stringMatching(/initialized/) } },
  ]);
  expect(await client.ask(toolCall(8, "count"))).toMatchObject([{ id: 8, result: {} }]);
  expect(await usage(proxy)).toMatchObject({ mcp_fault: null });
});

test("a server that refuses to be initialized is a fault", async () => {
  await using proxy = await serving({ one: { args: ["refuses"] } });
  const client = await bareClient(proxy);
  expect(client.begun).toMatchObject([{ error: { message: "not today" } }]);
  const fault = 'MCP server "one": it refused to start: not today';
  expect(await usage(proxy)).toMatchObject({ mcp_fault: fault });
});

test("a server that does not read gets no more, and is no fault", async () => {
  await using proxy = await serving({ one: {} });
  const client = await bareClient(proxy);
  await client.ask(toolCall(1, "deaf"));
  const note = { method: "notifications/x", params: { data: "n".repeat(2_000_000) } };
  for (let n = 0; n < 12; n += 1) await client.ask(note);
  const why = expect.stringMatching(/does not read/);
  expect(await client.ask(toolCall(2, "count"))).toMatchObject([{ error: { message: why } }]);
  expect(proxy.mcpCalls.at(-1)).toMatchObject({ state: "refused", error: why });
  expect(await usage(proxy)).toMatchObject({ mcp_fault: null });
});
