import { ExitCode, MxError, type RunContext } from "@mx/cli";
import type { Resource } from "@mx/records";
import { resourceTable } from "./resource-table.ts";

/** Shows what would be done, and asks. Throws MxError 2 where nobody can be asked. */
export async function confirm(
  planned: readonly Resource[],
  question: { text: string; isYes: (answer: string) => boolean },
  { ask, note }: Pick<RunContext, "ask" | "note">,
): Promise<boolean> {
  if (ask === null) {
    throw new MxError("there are changes to make, and nobody to ask", {
      code: "unconfirmed",
      exitCode: ExitCode.usage,
      hint: "--dry-run shows them, --yes makes them",
    });
  }
  note(`this would be done:\n${await resourceTable(planned)}`);
  return question.isYes(await ask(`${question.text} `));
}
