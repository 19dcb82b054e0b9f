import fc from "fast-check";
import { expect, test } from "vitest";
import { BatchSplitter, type LineBatch } from "./line-batch.ts";
import { LineSplitter, type Line } from "./line-splitter.ts";

interface Read {
  text: string;
  number: number;
  terminated: boolean;
}

function fromBatch(batch: LineBatch): Read[] {
  const read: Read[] = [];
  for (let line = batch.next(); line !== null; line = batch.next()) {
    const { content, number, terminated } = line;
    read.push({ text: content.toString(), number, terminated });
  }
  return read;
}

const fromLines = (lines: Line[]): Read[] =>
  lines.map(({ bytes, number, terminated }) => ({ text: bytes.toString(), number, terminated }));

/** What lines are made of, and where chunks may be cut: also within a character. */
const piece = fc.oneof(
  fc.constantFrom("\n", "\n", "\r\n", "\r", " ", "\t", "{}", '{"a":1}', "ü", "😀", "\u{feff}"),
  fc.constantFrom(Buffer.from([0xff]), Buffer.from([0xc3])),
);

test("lines are the same as one by one, however the bytes come", () => {
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(20)), (pieces, sizes) => {
      const bytes = Buffer.concat(pieces.map((part) => Buffer.from(part)));
      const chunks: Buffer[] = [];
      let at = 0;
      for (const size of [...sizes, bytes.length]) {
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }
      const batches = new BatchSplitter();
      const lines = new LineSplitter();
      const read = chunks.flatMap((chunk) => fromBatch(batches.push(chunk)));
      const expected = chunks.flatMap((chunk) => fromLines(lines.push(chunk)));
      expect([...read, ...fromBatch(batches.end())]).toEqual([
        ...expected,
        ...fromLines(lines.end()),
      ]);
    }),
    { numRuns: 2000 },
  );
});
