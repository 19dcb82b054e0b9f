/**
 * Makes the file of an agent, and prints one line of JSON: path, bytes, sha256, arch, linkage.
 *
 *   scripts/build-agent [--out FILE]                          mx-agent, for any machine with node
 *   scripts/build-agent --from FILE [--arch amd64] [--out F]  a program, such as one that `go build` made
 *
 * A program's architecture is read from its header and has to be that of the image, --arch. mx-sandbox takes the file
 * with `--agent-file FILE -- {agent} …`; mx-agent it finds by itself.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readElf } from "../packages/agent/src/elf-file.ts";

const root = join(import.meta.dirname, "..");
const names = { amd64: "x86-64", arm64: "AArch64" };

function fail(message: string): never {
  throw new Error(message);
}

function readFlags() {
  const string = { type: "string" } as const;
  try {
    return parseArgs({ options: { out: string, from: string, arch: string } }).values;
  } catch (error) {
    fail(`${(error as Error).message}; it takes --out FILE, --from FILE and --arch amd64|arm64`);
  }
}

/** Builds mx-agent; its file. */
function build(): string {
  const folder = join(root, "packages/agent");
  const script = join(root, "scripts/bundle.js");
  execFileSync(process.execPath, [script, "--single"], { cwd: folder, stdio: ["ignore", 2, 2] });
  return join(folder, "dist/main.js");
}

/** Checks a foreign program; how it is linked. */
function linkageOf(path: string, arch: keyof typeof names): string {
  if (!existsSync(path)) fail(`--from ${path}: there is no such file`);
  const elf = readElf(path);
  if (elf === null) fail(`--from ${path}: no program for 64-bit Linux (ELF)`);
  if (elf.arch !== arch) {
    const found = elf.arch === null ? "another machine" : names[elf.arch];
    fail(`--from ${path}: it is for ${found}, and the image for ${names[arch]} (--arch ${arch})`);
  }
  if (elf.dynamic) {
    console.error(
      "build-agent: it is linked dynamically: the image must have its libraries (CGO_ENABLED=0 makes a static one)",
    );
  }
  return elf.dynamic ? "dynamic" : "static";
}

function main(): void {
  const { out, from, arch = "amd64" } = readFlags();
  if (arch !== "amd64" && arch !== "arm64") fail(`--arch: expected amd64 or arm64, not ${arch}`);
  const source = from === undefined ? build() : resolve(from);
  const facts =
    from === undefined
      ? { arch: null, linkage: "node" }
      : { arch, linkage: linkageOf(source, arch) };
  const path = out === undefined ? source : resolve(out);
  if (path !== source) {
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(source, path);
    chmodSync(path, 0o755);
  }
  const bytes = readFileSync(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  console.log(JSON.stringify({ path, bytes: bytes.length, sha256, ...facts }));
}

try {
  main();
} catch (error) {
  console.error(`build-agent: ${(error as Error).message}`);
  process.exitCode = 2;
}
