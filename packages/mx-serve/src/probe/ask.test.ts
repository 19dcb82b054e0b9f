import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { ask } from "./ask.ts";

test("a connection that is closed as soon as it is open is an answer, and not waited for", async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const answer = await ask(new URL(baseUrl), { baseUrl, key: null, timeoutMs: 60_000 });
    expect(answer).toMatchObject({
      status: null,
      detail: expect.stringContaining("other side closed"),
    });
  } finally {
    server.close();
  }
});
