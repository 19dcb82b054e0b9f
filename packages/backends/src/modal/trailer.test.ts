import fc from "fast-check";
import { expect, test } from "vitest";
import { TrailerReader } from "./trailer.ts";

const nonce = "0123456789abcdef01";
const line = `\n${nonce} e 3 100.25 101.75 \n`;

function read(stream: Buffer, cuts: number[]) {
  const said: Buffer[] = [];
  const reader = new TrailerReader(nonce, (chunk) => void said.push(chunk));
  let from = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), stream.length]) {
    reader.push(stream.subarray(from, Math.max(from, cut)));
    from = Math.max(from, cut);
  }
  return { trailer: reader.end(), said: Buffer.concat(said) };
}

test("the last line is taken off, wherever the stream is cut, and nothing else is", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.array(fc.nat(2000)), (bytes, cuts) => {
      const { trailer, said } = read(Buffer.concat([bytes, Buffer.from(line)]), cuts);
      expect(trailer).toEqual({ what: "e", status: 3, elapsedMs: 1500, text: "" });
      expect(said.equals(Buffer.from(bytes))).toBe(true);
    }),
  );
});

test("of several such lines the last one counts: nobody can write after the init", () => {
  const { trailer, said } = read(Buffer.from(`${line.replace("e 3", "n 0")}${line}`), []);
  expect(trailer?.status).toBe(3);
  expect(String(said)).toBe(line.replace("e 3", "n 0"));
});

test.for(["", "some text", `\n${nonce} e 3`, `\n${nonce} e 3 1 2 \nmore`])(
  "without that line at the end, all of it is stderr: %j",
  (text) => {
    expect(read(Buffer.from(text), [])).toEqual({ trailer: null, said: Buffer.from(text) });
  },
);
