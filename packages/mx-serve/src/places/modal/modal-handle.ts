import type { Endpoint } from "@mx/records";
import * as z from "zod";
import { StoredProbe } from "../../probe/stored-probe.ts";

/** `handle` of an endpoint that runs at Modal: how it is found again, and how it is asked. */
export const ModalHandle = z.object({
  /** App that it is, or, for a sandbox, that it belongs to. */
  app: z.string(),
  app_id: z.string(),
  /** Empty: the workspace's default. */
  environment: z.string(),
  /** Class and method of a deployed app: `Server.serve`. */
  function: z.string().optional(),
  /** The sandbox that it is, where it is no deployed app. */
  sandbox_id: z.string().optional(),
  /** The file with the key that callers must send, for its owner only; absent: they need none. */
  key_file: z.string().optional(),
  /** Header -> NAME of the variable whose value its callers have to send. */
  headers_env: z.record(z.string(), z.string()).optional(),
  probe: StoredProbe,
});
export type ModalHandle = z.infer<typeof ModalHandle>;

/** The handle of an endpoint at Modal; null where it is not one. */
export function modalHandle({ handle }: Endpoint): ModalHandle | null {
  return ModalHandle.safeParse(handle).data ?? null;
}
