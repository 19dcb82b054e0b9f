import type { JobSpec } from "@mx/backends/slurm";
import { join } from "node:path";
import { jobScript } from "./job-script.ts";
import type { SlurmSettings } from "./slurm-settings.ts";

/** Where and how a run is submitted. */
export interface JobPlace {
  settings: SlurmSettings;
  /** The run's folder. */
  folder: string;
  /** Folder that the run was started in. */
  cwd: string;
  /** Names of variables that go along. */
  exports: readonly string[];
}

/** One array of a run. `excluded`: nodes to go round; `parallel`: elements at the same time, null: any number. */
export function jobSpec(
  { settings, folder, cwd, exports }: JobPlace,
  { name, length }: { name: string; length: number },
  excluded: readonly string[],
  parallel: number | null,
): JobSpec {
  const { exclude = "", ...options } = settings.options;
  const nodes = [exclude, ...excluded].filter((node) => node !== "").join(",");
  return {
    name,
    script: jobScript({ setup: settings.setup, cwd, folder, submission: name }),
    workdir: cwd,
    // A % of the folder's name would be the start of a pattern.
    output: join(folder.replaceAll("%", "%%"), "slurm", "logs", "%A_%a.out"),
    // What an element said before it was requeued stays.
    options: { "open-mode": "append", ...options, ...(nodes === "" ? {} : { exclude: nodes }) },
    array: {
      indexes: Array.from({ length }, (_, index) => index),
      ...(parallel === null ? {} : { parallel }),
    },
    exports,
  };
}
