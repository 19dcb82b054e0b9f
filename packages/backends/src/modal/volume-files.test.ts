import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { RawCalls } from "./client/raw.ts";
import { withRetries } from "./retry-policy.ts";
import { uploadFiles } from "./volume-files.ts";

test("a block whose upload fails is tried again, with a URL of its own", async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    request.resume();
    if (asked.length === 1) return void request.socket.destroy();
    response.writeHead(asked.length === 2 ? 503 : 200).end("taken");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  let url = 0;
  const raw: Pick<RawCalls, "putFiles"> = {
    async putFiles(_, [file]) {
      if (file?.blocks[0]?.putResponse !== undefined) return [];
      return [{ fileIndex: 0, blockIndex: 0, putUrl: `http://127.0.0.1:${port}/${(url += 1)}` }];
    },
  };
  const files = [{ path: "a", bytes: Buffer.from("text") }];
  const policy = { firstMs: 1, mostMs: 1, forMs: 10_000 };
  await withRetries(() => uploadFiles(raw as RawCalls, "vo-1", files), policy);
  expect(asked).toEqual(["/1", "/2", "/3"]);
  server.close();
});
