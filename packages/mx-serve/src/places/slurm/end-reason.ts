import type { Job } from "@mx/backends/slurm";
import { endText } from "../local/keeper.ts";

/** How a server ended, as far as its job and the job's script say. */
export interface JobEnd {
  /** Name of the server. */
  name: string;
  /** Null: it was never in the queue, as far as is known. */
  id: string | null;
  /** Null: Slurm does not know the job any more. */
  job: Job | null;
  /** What the script said; null: nothing. */
  exit: number | null;
  /** False: the job has written nothing at all. */
  hasLog: boolean;
  folder: string;
}

/** One sentence that says how a server on Slurm ended. */
export function endReason({ name, id, job, exit, hasLog, folder }: JobEnd): string {
  const node = job?.node ?? null;
  const where = `job ${id ?? "of an unknown id"}${node === null ? "" : ` on ${node}`}`;
  const why = job?.reason === null || job === null ? "" : ` (${job.reason})`;
  switch (job?.state) {
    case "timeout":
      return `${name} reached the time limit of ${where}`;
    case "cancelled":
      return `${name} was cancelled: ${where}`;
    case "lost":
      return `${name} was lost: ${where} is ${job.reported}${why}`;
    case "pending":
      return `${name} was put back in the queue: ${where}${why}`;
  }
  if (job?.reported === "OUT_OF_MEMORY")
    return `${name} was given no more memory: ${where}; ask for more with --slurm.mem`;
  if (exit !== null) return `${name} ended with ${endText(exit)}: ${where}`;
  if (job === null) return `${name} is not there any more: Slurm does not know ${where}`;
  const status = job.exitCode === null ? job.reported : endText(job.exitCode);
  const unseen = hasLog ? "" : `, and wrote nothing: can the node see ${folder}?`;
  return `${name} ended with ${status}: ${where}${why}${unseen}`;
}
