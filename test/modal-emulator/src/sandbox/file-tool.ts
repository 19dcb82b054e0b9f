import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, readlink, rename, rm, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, posix } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as z from "zod";
import type { Exec } from "./exec.ts";
import { fileEntry } from "./file-entry.ts";
import type { Machine } from "./machine.ts";
import { watchFolder } from "./watch-folder.ts";

/** The program in every sandbox that the SDK's filesystem API runs; its one argument is an operation as JSON. */
export const fileToolPath = "/__modal/.bin/modal-sandbox-fs-tools";

/** 5 GB: the most that the API reads. */
const mostBytes = 5_000_000_000;

const path = z.string().startsWith("/");
const Operation = z.union([
  z.object({ ReadFile: z.object({ path }) }),
  z.object({ WriteFile: z.object({ path }) }),
  z.object({ ListFiles: z.object({ path }) }),
  z.object({ Stat: z.object({ path }) }),
  z.object({ MakeDirectory: z.object({ path, parents: z.boolean().default(true) }) }),
  z.object({ Remove: z.object({ path, recursive: z.boolean().default(false) }) }),
  z.object({
    Watch: z.object({
      path,
      recursive: z.boolean().default(false),
      filter: z.array(z.string()).nullable().default(null),
      timeout_secs: z.number().nullable().default(null),
    }),
  }),
]);
type Operation = z.infer<typeof Operation>;

/** Node's codes as the names that the SDK makes typed errors from. */
const kinds: Record<string, string> = {
  ENOENT: "NotFound",
  ENOTDIR: "NotDirectory",
  EISDIR: "IsDirectory",
  EACCES: "PermissionDenied",
  EPERM: "PermissionDenied",
  EROFS: "PermissionDenied",
  EEXIST: "PathAlreadyExists",
  ENOTEMPTY: "DirectoryNotEmpty",
  EFBIG: "FileTooLarge",
};

/** Runs an operation; 0, or 1 with the error as JSON on stderr. */
export async function runFileTool(
  machine: Machine,
  argument: string,
  { stdin, exec }: { stdin: Readable; exec: Exec },
): Promise<number> {
  try {
    await run(machine, Operation.parse(JSON.parse(argument)), { stdin, exec });
    return 0;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const kind = (code !== undefined && kinds[code]) || "Other";
    const text = { error_kind: kind, message: message.split(",")[0], detail: message };
    exec.stderr.push(Buffer.from(JSON.stringify(text)));
    return 1;
  }
}

async function run(
  machine: Machine,
  operation: Operation,
  { stdin, exec }: { stdin: Readable; exec: Exec },
): Promise<void> {
  const reply = (value: unknown) => exec.stdout.push(Buffer.from(JSON.stringify(value)));
  if ("ReadFile" in operation) {
    const { hostPath } = machine.locate(operation.ReadFile.path, true);
    const status = await stat(hostPath);
    if (status.isDirectory()) throw fail("EISDIR", "is a directory");
    if (status.size > mostBytes) throw fail("EFBIG", "file is too large");
    for await (const bytes of createReadStream(hostPath, { highWaterMark: 2 ** 20 })) {
      exec.stdout.push(bytes as Buffer);
    }
  } else if ("WriteFile" in operation) {
    await write(writable(machine, operation.WriteFile.path, true), stdin);
  } else if ("ListFiles" in operation) {
    const folder = operation.ListFiles.path;
    const { hostPath } = machine.locate(folder, true);
    const names = (await readdir(hostPath)).toSorted();
    reply(await Promise.all(names.map((name) => entry(machine, posix.join(folder, name)))));
  } else if ("Stat" in operation) {
    reply(await entry(machine, operation.Stat.path));
  } else if ("MakeDirectory" in operation) {
    const { path: folder, parents } = operation.MakeDirectory;
    await mkdir(writable(machine, folder, true), { recursive: parents });
  } else if ("Remove" in operation) {
    await remove(writable(machine, operation.Remove.path, false), operation.Remove.recursive);
  } else {
    const { path: folder, ...watch } = operation.Watch;
    const { hostPath } = machine.locate(folder, true);
    const options = { ...watch, timeoutSecs: watch.timeout_secs, hostPath, folder, stdin };
    await watchFolder(options, (event) =>
      exec.stdout.push(Buffer.from(`${JSON.stringify(event)}\n`)),
    );
  }
}

async function write(hostPath: string, stdin: Readable): Promise<void> {
  const there = await stat(hostPath).catch(() => null);
  if (there?.isDirectory()) throw fail("EISDIR", "is a directory");
  await mkdir(dirname(hostPath), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "EEXIST" ? fail("ENOTDIR", "not a directory") : error;
  });
  const partial = `${hostPath}.modal-${randomBytes(6).toString("hex")}`;
  try {
    await pipeline(stdin, createWriteStream(partial, { mode: there?.mode ?? 0o644 }));
    await rename(partial, hostPath);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function remove(hostPath: string, recursive: boolean): Promise<void> {
  const status = await lstat(hostPath);
  if (!status.isDirectory()) await unlink(hostPath);
  else if (recursive) await rm(hostPath, { recursive: true });
  else await rmdir(hostPath);
}

async function entry(machine: Machine, inside: string): Promise<object> {
  const { hostPath } = machine.locate(inside, false);
  const status = await lstat(hostPath);
  const target = status.isSymbolicLink() ? await readlink(hostPath) : null;
  return fileEntry(inside, status, target);
}

function writable(machine: Machine, inside: string, followLast: boolean): string {
  const { hostPath, readOnly } = machine.locate(inside, followLast);
  if (readOnly) throw fail("EROFS", "read-only file system");
  return hostPath;
}

function fail(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
