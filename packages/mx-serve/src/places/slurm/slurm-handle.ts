import type { Endpoint } from "@mx/records";
import * as z from "zod";
import { StoredProbe } from "../../probe/stored-probe.ts";

/** A job that serves, by all that is needed to find it and what it says of itself. */
export const JobHandle = z.object({
  /** Null: it was about to be submitted; where it was, Slurm knows it by its name. */
  job: z.string().nullable(),
  /** Name of the job, of this one and no other. */
  job_name: z.string(),
  /** Folder of the job, on a file system that the nodes share. */
  job_folder: z.string(),
});
export type JobHandle = z.infer<typeof JobHandle>;

/** `handle` of an endpoint whose server is a job of Slurm. */
export const SlurmHandle = JobHandle.extend({
  /** Folder of the server. */
  folder: z.string(),
  /** The file with the key that callers must send, for its owner only; absent: they need none. */
  key_file: z.string().optional(),
  probe: StoredProbe,
  /** The node that it runs on, as Slurm names it; null: none yet. */
  node: z.string().nullable(),
  port: z.int().positive().nullable(),
  /** The job that is to take over; null: none. */
  successor: JobHandle.nullable(),
});
export type SlurmHandle = z.infer<typeof SlurmHandle>;

/** The handle of an endpoint on Slurm; null where it is not one. */
export function slurmHandle({ handle }: Endpoint): SlurmHandle | null {
  return SlurmHandle.safeParse(handle).data ?? null;
}
