import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

/** What the script of a job writes about its server. */
const JobStatus = z.object({
  /** As Slurm names it. */
  node: z.string(),
  /** By which the node is reached. */
  address: z.string(),
  port: z.int().positive(),
  /** Whose the port is, as seen on the node. */
  owner: z.enum(["nobody", "ours", "stranger", "unknown"]),
  /** Of its processes, in MX_SERVER_TOKEN. */
  token: z.string(),
});
export type JobStatus = z.infer<typeof JobStatus>;

/** What the script of a job has written. */
export interface JobFolder {
  /** Null: nothing yet. */
  status: JobStatus | null;
  /** Exit status of the server, as shells count; null: it has not ended, or its script was killed. */
  exit: number | null;
}

/** Reads the folder of a job. Never throws: what cannot be read is not there yet. */
export async function readJobFolder(path: string): Promise<JobFolder> {
  // NFS asks its server for new files when a folder is listed, and for half a minute not otherwise.
  const names = await readdir(path).catch((): string[] => []);
  const text = async (name: string) =>
    names.includes(name) ? readFile(join(path, name), "utf8").catch(() => "") : "";
  const exit = await text("exit");
  return {
    status: parseStatus(await text("status")),
    exit: /^\d+\s*$/.test(exit) ? Number(exit) : null,
  };
}

function parseStatus(text: string): JobStatus | null {
  // Put in place whole, but not every shared file system keeps to that.
  try {
    return JobStatus.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
