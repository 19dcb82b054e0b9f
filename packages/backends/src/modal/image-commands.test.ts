import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { imageCommands } from "./image-commands.ts";

test("files of the context become RUN lines that write them, byte for byte", () => {
  const folder = mkdtempSync(join(tmpdir(), "mx-image-"));
  try {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 7) % 256));
    const commands = imageCommands({
      dockerfile: `FROM debian\nENV X=1\nCOPY bin ${folder}/out/\nCMD ["x"]\nRUN apt-get update`,
      files: { bin: { base64: bytes.toString("base64"), executable: true } },
    });
    expect(commands[0]).toBe("FROM debian");
    expect(commands.at(-1)).toBe("RUN apt-get update");
    const runs = commands.filter((line) => line.includes("base64 -d"));
    expect(runs.every((line) => line.length < 64_000)).toBe(true);
    for (const line of runs) execFileSync("sh", ["-c", line.slice("RUN ".length)]);
    expect(readFileSync(join(folder, "out/bin")).equals(bytes)).toBe(true);
    expect(statSync(join(folder, "out/bin")).mode & 0o777).toBe(0o755);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("other stages and here-documents stay as they are", () => {
  const dockerfile =
    "FROM a AS b\nRUN <<END\nx\nEND\nFROM c\nCOPY --from=b /x /y\nADD https://x/y /z";
  expect(imageCommands({ dockerfile })).toEqual([
    "FROM a AS b",
    "RUN <<END\nx\nEND",
    "FROM c",
    "COPY --from=b /x /y",
    "ADD https://x/y /z",
  ]);
});

test("more than a layer can carry is refused, with its line", () => {
  const files = { a: "x".repeat(2 * 1024 * 1024) };
  expect(() => imageCommands({ dockerfile: "FROM a\nCOPY a /a", files })).toThrow(
    /^Dockerfile:2: .*1 MiB/,
  );
});
