import fc from "fast-check";
import { expect, test } from "vitest";
import { RowFault } from "../row-fault.ts";
import { zstdFrames } from "../testing/write-zip.ts";
import { ZstdDecoder } from "./zstd-decoder.ts";

/** What `compressed` is made of: 12,000 lines, two blocks of them. */
const text = Array.from(
  { length: 12_000 },
  (_, i) => `${i % 50} squared is ${(i % 50) ** 2 % 97}\n`,
).join("");

/** By the zstd program, level 3, from a pipe: without its size, with a checksum. */
const compressed = Buffer.from(
  "KLUv/QRYBAcAogwcFaAXJB1g9ncKVRWeELKJlNLiK/YMAXN0ji5GL6ML0ln6dKI+dtI+fLjEBbmGF8I3XsEJ4WNczCZ7ELtls1tl" +
    "t3vKptjTHoYmtSh6o0U9vaGH7qQHLVLukEvHw1lMPOqFd0sPgsGAECBQAHBAYCAMATMgUKME8Qaw/ENTDkx1DNaDHORB4CBVexD/" +
    "x3iQgzgIx2iRR5kcxEEc5CAP4iAH6UFYx3gQD9Kyg0Q9yIMchAdhHSQHWXEQVQdJeRDUg3yMkw5S4hijMhHcIA6NIzhSODKMIwBH" +
    "cAM3CjcIx5ZNAAAIdQEA/As5EAJWRTkR",
  "base64",
);

function decoded(bytes: Buffer, { limit = 1_000_000, chunk = 65_536 } = {}): Buffer {
  const decoder = new ZstdDecoder(limit);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunk) {
    parts.push(...decoder.push(bytes.subarray(at, at + chunk)));
  }
  decoder.end();
  return Buffer.concat(parts);
}

/** A frame with this descriptor and these bytes of header, and one last raw block. */
function frame(descriptor: number, header: number[], block: string): Buffer {
  const head = Buffer.alloc(3);
  head.writeUIntLE((block.length << 3) | 1, 0, 3);
  const start = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, descriptor, ...header]);
  return Buffer.concat([start, head, Buffer.from(block)]);
}

test("a compressed frame, whatever the chunks", () => {
  for (const chunk of [1, 7, 300]) {
    expect(decoded(compressed, { chunk }).toString() === text).toBe(true);
  }
});

test("frames one after another, compressed or not, skippable ones among them", () => {
  const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const raw = zstdFrames(Buffer.from("raw ".repeat(50_000)));
  const all = Buffer.concat([skippable, compressed, raw, skippable, compressed]);
  expect(decoded(all).toString() === `${text}${"raw ".repeat(50_000)}${text}`).toBe(true);
});

test.for([
  ["nothing", Buffer.alloc(0), ""],
  ["an empty frame", zstdFrames(Buffer.alloc(0)), ""],
  ["a frame of one segment", frame(0x20, [5], "hello"), "hello"],
  ["a size of two bytes", frame(0x60, [0x2c, 0x01], "x".repeat(300 + 256)), "x".repeat(556)],
  ["a size of eight bytes", frame(0xe0, [2, 0, 0, 0, 0, 0, 0, 0], "hi"), "hi"],
  ["a repeated byte", Buffer.from("28b52ffd00502b000061", "hex"), "aaaaa"],
  ["dictionary 0", frame(0x01, [0x50, 0], "hi"), "hi"],
] as const)("%s", ([, bytes, wanted]) => {
  expect(decoded(bytes).toString()).toBe(wanted);
});

test.for([
  ["a window of 2 GiB", frame(0x00, [21 << 3], "hi"), /window of 2048 MiB; 256 MiB is the most/],
  ["one segment of 4 GiB", frame(0xa0, [0, 0, 0, 0xff], "hi"), /window of 4080 MiB/],
  ["one segment of 2^60", frame(0xe0, [0, 0, 0, 0, 0, 0, 0, 16], "hi"), /window of \d+ MiB/],
  ["a dictionary", frame(0x01, [0x50, 7], "hi"), /needs a dictionary/],
  ["a reserved bit", frame(0x08, [0x50], "hi"), /reserved bit/],
  ["no frame", Buffer.from("PK\u0003\u0004 and more"), /no frame begins here/],
  ["a reserved block", Buffer.from("28b52ffd0050070000", "hex"), /a block that cannot be/],
  ["a block of 2 MiB", Buffer.from("28b52ffd0050fbffff61", "hex"), /a block that cannot be/],
  ["more than there should be", zstdFrames(Buffer.alloc(2_000_000)), /more than the archive says/],
] as const)("%s is damage", ([, bytes, message]) => {
  expect(() => decoded(bytes)).toThrow(RowFault);
  expect(() => decoded(bytes)).toThrow(message);
});

test("a window of 256 MiB is read, and costs no more than what can come", () => {
  const before = process.memoryUsage().arrayBuffers;
  expect(decoded(frame(0x00, [18 << 3], "hi"), { limit: 2 }).toString()).toBe("hi");
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
});

test("cut off anywhere: damage", () => {
  for (let length = 1; length < compressed.length; length += 1) {
    expect(() => decoded(compressed.subarray(0, length))).toThrow(RowFault);
  }
});

test("flipped bits: other bytes or damage, never another error, and never more than the limit", () => {
  const flips = fc.array(fc.tuple(fc.nat(compressed.length - 1), fc.nat(7)), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(flips, (places) => {
      const bytes = Buffer.from(compressed);
      for (const [at, bit] of places) bytes[at]! ^= 1 << bit;
      try {
        expect(decoded(bytes, { limit: text.length }).length).toBeLessThanOrEqual(text.length);
      } catch (error) {
        expect(error).toBeInstanceOf(RowFault);
      }
    }),
    { numRuns: 200 },
  );
});
