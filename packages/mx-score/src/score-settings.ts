import { ExitCode, MxError } from "@mx/cli";
import type { Flags } from "./flags.ts";
import type { Expected } from "./summary/group-tasks.ts";

/** The k's of --k, ascending; null where it is not given. Throws MxError 2 for 0. */
export function parseKs(text: string | undefined): number[] | null {
  if (text === undefined) return null;
  const ks = [...new Set(text.split(",").map(Number))].sort((a, b) => a - b);
  if (ks.includes(0)) {
    throw new MxError("--k: 0 is not a number of trials", {
      code: "usage",
      exitCode: ExitCode.usage,
    });
  }
  return ks;
}

/** What --expect says was planned; null where it is not given. */
export function parseExpected({ expect }: Pick<Flags, "expect">): Expected | null {
  if (expect === undefined) return null;
  const [tasks = 0, trials = 0] = expect.split("x").map(Number);
  return { tasks, trials };
}

/** True where the trials themselves are written, and not only what they come to. */
export function writesTrials(
  flags: Pick<Flags, "summaryOnly"> & { format?: string },
  { isTerminal }: { isTerminal: boolean },
): boolean {
  const { format = "auto", summaryOnly } = flags;
  const asRecords = format === "ndjson" || format === "json" || (format === "auto" && !isTerminal);
  return asRecords && !summaryOnly;
}
