import { errorCode } from "@mx/store/error-code";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerPlan } from "../server-plan.ts";
import { putText } from "./put-text.ts";
import type { ServerFolder } from "./server-folder.ts";

/** The key that callers of a server must send. */
export interface ServerKey {
  value: string;
  /** The variable that endpoint records name for it. */
  variable: string;
  /** The file that holds it, which endpoint records name as `key_file` of their handle. */
  file: string;
}

/** Where the key of a server is kept, readable for its owner only. */
export function keyPath(folder: ServerFolder): string {
  return join(folder.path, "key");
}

/** The key of a server that was brought up before; null: it has none. */
export function storedKey(folder: ServerFolder): Promise<string | null> {
  return storedKeyIn(folder.path);
}

/** The same by the path of its folder. */
export async function storedKeyIn(folder: string): Promise<string | null> {
  try {
    return (await readFile(join(folder, "key"), "utf8")).trim() || null;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/**
 * The key for a server that is about to start: what the environment has for its engine, else the one that it had, else
 * a new one. It is in the folder when this resolves. null: the engine takes none.
 */
export async function serverKey(
  folder: ServerFolder,
  plan: ServerPlan,
  env: NodeJS.ProcessEnv,
): Promise<ServerKey | null> {
  const { apiKeyEnv } = plan;
  if (apiKeyEnv === undefined || apiKeyEnv === null) return null;
  const stored = await storedKey(folder);
  // The password of a database is in its data: another one would not be good.
  const given = plan.probe.kind === "postgres" && stored !== null ? "" : env[apiKeyEnv];
  // The prefix is what LiteLLM asks of its keys.
  const value = given || stored || `sk-mx-${randomBytes(24).toString("base64url")}`;
  const file = keyPath(folder);
  if (value !== stored) await putText(file, value);
  return { value, variable: given ? apiKeyEnv : keyVariable(folder.name), file };
}

/** The variable that names the key of a server which made its own. */
export function keyVariable(name: string): string {
  return `MX_KEY_${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}`;
}
