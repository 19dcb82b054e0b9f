import { posix } from "node:path";
import { splitWords } from "@mx/cli/split-words";
import type { SandboxFile } from "../sandbox.ts";
import { NotPlain } from "./copy-files.ts";
import type { Instruction } from "./dockerfile.ts";

/** What comes of the instructions before: the places that a RUN can change. */
export interface Places {
  workdir: string;
  folders: Set<string>;
  files: Map<string, SandboxFile>;
}

/**
 * Does what a RUN does that only makes folders, or sets permissions of files that are there: `mkdir`, `touch`,
 * `chmod`, joined by `&&`. Throws NotPlain for all others, which need a real build.
 */
export function simpleRun({ text, json, heredocs, flags }: Instruction, places: Places): void {
  if (heredocs.length > 0 || Object.keys(flags).length > 0) throw new NotPlain("");
  const commands = json === null ? text.split("&&").map((one) => one.trim()) : [null];
  for (const command of commands) {
    // Whatever a shell would make something of is left to a shell.
    if (command !== null && /[;|<>`$*?(){}~#!&]|\[/.test(command)) throw new NotPlain("");
    const [name, ...args] = command === null ? json! : splitWords(command);
    if (name === "mkdir") makeFolders(args, places);
    else if (name === "touch") touch(args, places);
    else if (name === "chmod") setModes(args, places);
    else if (name !== "true" && name !== ":") throw new NotPlain("");
  }
}

function makeFolders(args: string[], { workdir, folders }: Places): void {
  const paths = args.filter((arg) => !arg.startsWith("-"));
  if (args.some((arg) => arg.startsWith("-") && !/^-(p|v|pv|vp|-parents)$/.test(arg))) {
    throw new NotPlain("");
  }
  for (const path of paths) folders.add(posix.resolve("/", workdir, path));
}

function touch(args: string[], { workdir, files }: Places): void {
  for (const arg of args) {
    if (arg.startsWith("-")) throw new NotPlain("");
    const path = posix.resolve("/", workdir, arg);
    if (!files.has(path)) files.set(path, { path, bytes: new Uint8Array(), mode: 0o644 });
  }
}

function setModes(args: string[], { workdir, files, folders }: Places): void {
  const [mode = "", ...paths] = args.filter((arg) => arg !== "-R");
  const bits = /^([ua]{0,2})\+(r?w?x?)$/.exec(mode)?.[2];
  if (bits === undefined && !/^[0-7]{3,4}$/.test(mode)) throw new NotPlain("");
  for (const arg of paths) {
    const path = posix.resolve("/", workdir, arg);
    const file = files.get(path);
    // A folder belongs to the sandbox's user anyway.
    if (file === undefined && folders.has(path) && !args.includes("-R")) continue;
    if (file === undefined) throw new NotPlain("");
    const added = bits?.includes("x") === true ? 0o111 : 0;
    const next = bits === undefined ? Number.parseInt(mode, 8) & 0o777 : file.mode | added;
    files.set(path, { ...file, mode: next });
  }
}
