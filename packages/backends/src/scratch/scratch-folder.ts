import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import { removeGroups } from "../cgroups/group-tree.ts";
import { mayBeAlive, thisProcess, type ProcessIdentity } from "@mx/cli/process-identity";
import { removeTree } from "./remove-tree.ts";

const ownerFile = "owner.json";

/** Who a scratch folder belongs to, and what else has to be cleaned up after its owner. */
interface OwnerRecord {
  process: ProcessIdentity;
  /** Folders of control groups. */
  groups: string[];
}

/**
 * Makes the scratch folder of one backend, `<base>/mx-<uid>/<runId>-<pid>`, and writes down whose it is.
 * With `shared` other users can go through it, though not list it: sandboxes of root run as other users.
 */
export function makeScratchFolder(o: {
  base: string;
  runId: string;
  shared: boolean;
  groups: string[];
}): string {
  const home = homeOf(o.base);
  const mode = o.shared ? 0o711 : 0o700;
  makeOwnFolder(home, mode);
  for (let n = 0; ; n++) {
    const name = `${o.runId}-${process.pid}${n === 0 ? "" : `.${n}`}`;
    const path = join(home, name);
    try {
      mkdirSync(path, mode);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw error;
    }
    const owner: OwnerRecord = { process: thisProcess(), groups: o.groups };
    writeFileSync(join(path, ownerFile), JSON.stringify(owner), { mode: 0o600 });
    return path;
  }
}

/** Removes the scratch folders, and the control groups, of processes that are gone: after a SIGKILL. */
export async function removeStaleScratch(base: string): Promise<void> {
  const home = homeOf(base);
  for (const name of namesIn(home)) {
    const path = join(home, name);
    const owner = ownerOf(path);
    if (owner === null || mayBeAlive(owner.process)) continue;
    for (const folder of owner.groups) await removeGroups(folder);
    await removeTree(path).catch(() => {}); // the next one tries again
  }
}

/** A folder that sandboxes of other users can be reached in; null: `base` is not one. */
export function reachableByOthers(base: string): boolean {
  for (let folder = resolve(base); ; folder = dirname(folder)) {
    const mode = statSync(folder, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function homeOf(base: string): string {
  return join(base, `mx-${process.getuid?.() ?? 0}`);
}

function makeOwnFolder(path: string, mode: number): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    mkdirSync(path, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw unusable(path, (error as Error).message, error);
    }
  }
  // In /tmp somebody else may have been there first.
  const stats = lstatOrNull(path);
  const own =
    stats?.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0;
  if (!own) throw unusable(path, "it is not a folder that only we can write to");
  accessSync(path, constants.W_OK);
}

function ownerOf(path: string): OwnerRecord | null {
  try {
    return JSON.parse(readFileSync(join(path, ownerFile), "utf8")) as OwnerRecord;
  } catch {
    // Its owner was stopped, or is, between making the folder and writing this: the name has the pid.
    const pid = Number(/-(\d+)(\.\d+)?$/.exec(path)?.[1] ?? Number.NaN);
    if (!Number.isInteger(pid)) return null;
    return { process: { ...thisProcess(), pid, started: null }, groups: [] };
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function lstatOrNull(path: string) {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

function unusable(path: string, why: string, cause?: unknown): MxError {
  return new MxError(`cannot use the scratch folder ${path}: ${why}`, {
    code: "scratch_unusable",
    exitCode: ExitCode.usage,
    hint: "choose another one with --scratch or TMPDIR",
    cause,
  });
}
