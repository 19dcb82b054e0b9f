import type { AnyRecord } from "@mx/records";
import type { OutputOptions } from "./options.ts";
import { render } from "./render.ts";

/** All that is rendered of some records, as one text; a table of 80 columns where nothing else is said. */
export async function rendered(
  records: readonly object[],
  options: Partial<OutputOptions> = {},
): Promise<string> {
  async function* stream(): AsyncGenerator<AnyRecord> {
    yield* records as readonly AnyRecord[];
  }
  let text = "";
  const all = { format: "table", width: 80, colour: false, ...options } as const;
  for await (const part of render(stream(), all)) text += part;
  return text;
}
