import { ExitCode, MxError, type RunContext } from "@mx/cli";
import type { FormatName } from "@mx/formats";
import type { AnyRecord } from "@mx/records";

/** What says where records come from. */
export interface InputFlags {
  from?: FormatName | undefined;
  variant?: string | undefined;
  model?: string | undefined;
  /** A flag of the frame, which it applies to stdin by itself. */
  onBadRecord?: "fail" | "skip" | undefined;
}

/**
 * The records of the files and folders that are named, of mx or of other systems; those on stdin where none is.
 * Throws MxError 2 for flags that are about files where there is none.
 */
export async function* inputRecords(
  stdin: AsyncIterable<AnyRecord>,
  { from, variant, model, onBadRecord }: InputFlags,
  { positionals, note }: Pick<RunContext, "positionals" | "note">,
): AsyncGenerator<AnyRecord> {
  if (positionals.length === 0) {
    if (from === undefined) return yield* stdin;
    throw new MxError("--from needs a file or folder", {
      code: "usage",
      exitCode: ExitCode.usage,
      hint: "name it, or leave --from out for records on stdin",
    });
  }
  const { readResults } = await import("@mx/formats");
  let left = 0;
  for (const path of positionals) {
    yield* readResults(path, {
      stdin: () => stdin,
      ...(from === undefined ? {} : { format: from }),
      ...(variant === undefined ? {} : { variant }),
      ...(model === undefined ? {} : { model }),
      ...(onBadRecord === "skip" ? { onBadRecord: () => (left += 1) } : {}),
    });
  }
  if (left > 0) note(`${left} rows that cannot be read were left out`);
}
