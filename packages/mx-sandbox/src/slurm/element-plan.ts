import { ExitCode, MxError } from "@mx/cli";
import { replaceFile } from "@mx/store/replace-file";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { Flags } from "../flags.ts";
import type { Settings } from "../settings.ts";
import type { SlurmSettings } from "./slurm-settings.ts";

/** What every element of a run is told: the flags of its mx-sandbox. Holds no secrets, as flags do not. */
const ElementPlan = z.object({
  run_id: z.string(),
  /** Version of mx: another one may plan other trials. */
  mx: z.string(),
  flags: z.custom<Flags>((value) => typeof value === "object" && value !== null),
  /** ARGV after `--`. */
  rest: z.array(z.string()),
});
export type ElementPlan = z.infer<typeof ElementPlan>;

/** The flags of an element: those of the run, as one node takes them. Its trials have the same keys. */
export function elementFlags(
  flags: Flags,
  { api }: Settings,
  { backend }: SlurmSettings,
  runId: string,
): Flags {
  return {
    ...flags,
    ...(api === null ? {} : { apiUrl: api.url, apiKeyEnv: api.keyEnv }),
    backend,
    slurm: {},
    prompt: undefined,
    batch: undefined,
    tasks: [],
    runId: undefined,
    resume: runId,
    dryRun: false,
  };
}

function pathIn(folder: string): string {
  return join(folder, "slurm", "plan.json");
}

/** Writes the plan of a run that is kept in this folder. */
export async function writeElementPlan(folder: string, plan: ElementPlan): Promise<void> {
  const path = pathIn(folder);
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, (file) => file.writeFile(`${JSON.stringify(plan)}\n`));
}

/** Reads the plan. Throws MxError 69 where this node does not see the run's folder. */
export async function readElementPlan(folder: string): Promise<ElementPlan> {
  const path = pathIn(folder);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new MxError(`the run's folder cannot be read: ${path}`, {
      code: "run_not_shared",
      exitCode: ExitCode.unavailable,
      hint: "put $MX_HOME on a file system that all nodes share",
      cause,
    });
  });
  return ElementPlan.parse(JSON.parse(text));
}
