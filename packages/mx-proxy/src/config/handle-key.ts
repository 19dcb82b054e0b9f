import type { Endpoint } from "@mx/records";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import * as z from "zod";

const Handle = z.object({ key_file: z.string() });

/** The key in the file that a handle names, or why there is none. */
export interface HandleKey {
  key: string | null;
  /** Why the file was not read; null: it was, or none is named. */
  problem: string | null;
}

/**
 * Reads the key that an endpoint's handle names by its file (`key_file`), as mx-serve writes it. Only a plain file that
 * belongs to this user, or to root, and that nobody else can read or write is taken for a key.
 */
export function handleKey({ handle }: Endpoint): HandleKey {
  const path = Handle.safeParse(handle).data?.key_file;
  if (path === undefined) return { key: null, problem: null };
  const refused = (why: string) => ({
    key: null,
    problem: `the key in ${path} is not used: ${why}`,
  });
  let file: number;
  try {
    // A fifo in its place must not be waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return refused((error as Error).message);
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return refused("it is no plain file");
    if (!isOwn(stats.uid)) return refused(`it belongs to user ${stats.uid}`);
    if ((stats.mode & 0o077) !== 0) return refused("others can read it; `chmod 600` it");
    const key = readFileSync(file, "utf8").trim();
    return /^[\x21-\x7e]+$/.test(key) ? { key, problem: null } : refused("it holds no key");
  } finally {
    closeSync(file);
  }
}

/** True for this user, and for root. */
export function isOwn(uid: number): boolean {
  return uid === 0 || uid === process.getuid?.();
}
