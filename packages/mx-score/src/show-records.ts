import type { RunContext } from "@mx/cli";
import type { AnyRecord } from "@mx/records";
import type { OutputFormat } from "./output/options.ts";

/** What mx-score and its subcommands show to people in place of records. */
export async function* showRecords(
  records: AsyncIterable<AnyRecord>,
  flags: object,
  context: Pick<RunContext, "env" | "isTerminal" | "columns">,
): AsyncGenerator<string> {
  const [{ render }, { outputOptions }] = await Promise.all([
    import("./output/render.ts"),
    import("./output/options.ts"),
  ]);
  // A flag of the frame, which calls this for formats only.
  const { format = "table" } = flags as { format?: OutputFormat };
  yield* render(records, outputOptions(format, context, context.columns));
}
