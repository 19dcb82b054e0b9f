import { sbatchArguments, shellQuote } from "@mx/backends/slurm";
import { mxHome } from "@mx/store";
import { join } from "node:path";
import type { Flags } from "../flags.ts";
import type { Settings } from "../settings.ts";
import { cutShards } from "./cut-shards.ts";
import { exportedNames } from "./exported-names.ts";
import { jobSpec } from "./job-spec.ts";
import { readSlurmSettings } from "./slurm-settings.ts";

/** How a run of so many trials would be submitted, as commands for people to read. Throws MxError 2 for wrong flags. */
export function describeJobs(
  trials: number,
  flags: Flags,
  settings: Settings,
  env: NodeJS.ProcessEnv,
): string {
  const slurm = readSlurmSettings(flags);
  const numbers = Array.from({ length: trials }, (_, n) => n);
  const { length } = cutShards(numbers, slurm.shards, flags.parallel);
  const folder = join(mxHome(env), "runs", flags.runId ?? "RUN_ID");
  const place = {
    settings: slurm,
    folder,
    cwd: process.cwd(),
    exports: exportedNames(settings, slurm),
  };
  const spec = jobSpec(place, { name: "mx-RUN_ID", length }, [], slurm.elements);
  const command = ["sbatch", ...sbatchArguments(spec)].map((word) => quoted(word)).join(" ");
  return `would submit ${trials} trials in ${length} elements, in as many arrays as MaxArraySize asks for:\n${command}\n${spec.script}`;
}

/** Quoted where a shell would take it for more than one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : shellQuote(word);
}
