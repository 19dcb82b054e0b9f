import { Masker } from "@mx/cli";
import { expect, test } from "vitest";
import { mcpRecord } from "./mcp-record.ts";

const secret = "tok-0123456789-of-the-vault";
const masker = new Masker([secret]);
const record = (method: string, params: Record<string, unknown>, error?: string) =>
  mcpRecord(
    "one",
    { trial: null, token: "" },
    { id: "c", startedAt: 0, began: 0, request: { id: 1, method, params } },
    { state: "failed", answer: null, error },
    (text) => masker.text(text),
  );

test("the beginning of a secret stayed where a text was cut off in the middle of it", () => {
  const edge = (chars: number) => `${"x".repeat(chars - 10)}${secret}`;
  const call = record("tools/call", { name: edge(300), arguments: {} }, edge(8000));
  expect([call.tool?.length, call.error?.length]).toEqual([293, 7993]);
  const other = record(edge(200), {});
  expect(JSON.stringify([call, other])).not.toContain("tok-");
});
