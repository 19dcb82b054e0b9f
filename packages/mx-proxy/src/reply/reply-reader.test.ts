import { expect, test } from "vitest";
import { ReplyReader } from "./reply-reader.ts";

test("of a compressed stream that is too large to be read nothing is known, also not that it broke off", async () => {
  const headers = ["content-type", "text/event-stream", "content-encoding", "gzip"];
  const reader = new ReplyReader({ status: 200, message: "", headers }, false);
  for (let piece = 0; piece < 17; piece += 1) reader.push(Buffer.alloc(1 << 20));
  expect(await reader.end()).toEqual([]);
  expect(reader).toMatchObject({ streamed: true, readable: false, damaged: false });
  expect(reader.facts.usage).toBeNull();
});
