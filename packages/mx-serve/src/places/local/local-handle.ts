import type { Endpoint } from "@mx/records";
import * as z from "zod";
import { StoredProbe } from "../../probe/stored-probe.ts";
import { Keeper } from "./keeper.ts";

/** `handle` of an endpoint that runs on a machine: the process that keeps it, where it is, and how it is probed. */
export const LocalHandle = z.object({
  pid: z.int().positive(),
  started: z.string().nullable(),
  boot: z.string().nullable(),
  pid_namespace: z.string().nullable(),
  host: z.string(),
  port: z.int().positive(),
  /** Folder of the server. */
  folder: z.string(),
  /** The file with the key that callers must send, for its owner only; absent: they need none. */
  key_file: z.string().optional(),
  /** In the environment of each of its processes, as MX_SERVER_TOKEN. No secret. */
  token: z.string(),
  /** How long it may take to end in order, in ms. */
  grace_ms: z.number().nonnegative(),
  probe: StoredProbe,
});
export type LocalHandle = z.infer<typeof LocalHandle>;

/** The handle of a local endpoint; null where it is not one. */
export function localHandle({ handle }: Endpoint): LocalHandle | null {
  return LocalHandle.safeParse(handle).data ?? null;
}

/** The keeper that a handle names. */
export function keeperOf(handle: LocalHandle): Keeper {
  const { folder, token, pid, started, boot, pid_namespace, host } = handle;
  return new Keeper(folder, token, { pid, started, boot, pid_namespace, host });
}
