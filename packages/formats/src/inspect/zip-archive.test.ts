import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RowFault } from "../row-fault.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { zipBytes, type ZipMember } from "../testing/write-zip.ts";
import { ZipArchive } from "./zip-archive.ts";

const data = Buffer.from("some text, ".repeat(30_000));

async function opened(bytes: Buffer): Promise<ZipArchive> {
  const path = join(await temporaryFolder(), "archive");
  await writeFile(path, bytes);
  return ZipArchive.open(path);
}

async function read(archive: ZipArchive, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of archive.read(name)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test.for([0, 8, 93] as const)("method %d", async (method) => {
  const archive = await opened(
    zipBytes([
      { name: "a", data, method },
      { name: "b", data: "", method },
    ]),
  );
  expect([...archive.names()]).toEqual(["a", "b"]);
  expect((await read(archive, "a")) === data.toString()).toBe(true);
  expect(await read(archive, "b")).toBe("");
  archive.close();
});

test("names are taken as they are, and the later of two members counts", async () => {
  const names = ["samples/../../x.json", "/etc/passwd", "samples/日本 1.json", "back\\slash"];
  const archive = await opened(
    zipBytes([...names, names[0]!].map((name, n) => ({ name, data: `text ${n}` }))),
  );
  expect([...archive.names()]).toEqual(names);
  expect(await read(archive, names[0]!)).toBe("text 4");
  expect(await read(archive, names[2]!)).toBe("text 2");
  archive.close();
});

test.for<[string, ZipMember, RegExp]>([
  [
    "another method",
    { name: "a", data, method: 14 as 0, packed: data },
    /method 14, which is not read/,
  ],
  ["encrypted", { name: "a", data, method: 0, flags: 1 }, /encrypted/],
  ["other bytes", { name: "a", data, method: 0, packed: Buffer.alloc(data.length) }, /checksum/],
  ["too little, stored", { name: "a", data, method: 0, packed: data.subarray(1) }, /checksum/],
  ["nothing, deflated", { name: "a", data, method: 8, packed: Buffer.alloc(0) }, /damaged/],
  [
    "no deflate",
    { name: "a", data, method: 8, packed: Buffer.from("\u00ff\u00ff\u00ff") },
    /damaged/,
  ],
  ["no zstd", { name: "a", data, method: 93, packed: Buffer.from("zip zip zip") }, /no frame/],
])("%s is damage, and of this member only", async ([, member, message]) => {
  const archive = await opened(zipBytes([member, { name: "good", data: "good" }]));
  await expect(read(archive, "a")).rejects.toThrow(message);
  await expect(read(archive, "a")).rejects.toThrow(RowFault);
  expect(await read(archive, "good")).toBe("good");
  archive.close();
});

test("a member that is not there", async () => {
  const archive = await opened(zipBytes([]));
  expect(archive.has("a")).toBe(false);
  await expect(read(archive, "a")).rejects.toThrow(RowFault);
  archive.close();
});

test.for([
  ["empty", Buffer.alloc(0)],
  ["text", Buffer.from("no zip at all")],
  ["cut off", zipBytes([{ name: "a", data }]).subarray(0, -30)],
  ["a directory elsewhere", Buffer.concat([zipBytes([{ name: "a", data }]).subarray(50)])],
] as const)("%s is no zip", async ([, bytes]) => {
  await expect(opened(bytes)).rejects.toThrow(RowFault);
});

test("a reader that stops early leaves nothing open", async () => {
  const archive = await opened(
    zipBytes([
      { name: "a", data, method: 8 },
      { name: "b", data, method: 93 },
    ]),
  );
  for (const name of ["a", "b"]) {
    for await (const chunk of archive.read(name)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  }
  expect((await read(archive, "a")) === data.toString()).toBe(true);
  archive.close();
});
