import type { AnyRecord } from "@mx/records";
import { checkOutgoing, isChecked } from "./check-outgoing.ts";
import { recordText } from "./record-text.ts";
import type { TextWriter } from "./text-writer.ts";
import type { KnownTypes } from "./type-check.ts";

/** The work of a command: its records, then the exit code where it is a number. */
export type Work = AsyncGenerator<AnyRecord, number | void>;

/**
 * Writes what the work yields, and waits for the reader where it is slow; what the work returns. When writing
 * fails, the work is told to end and is waited for.
 */
export async function writeRecords(
  work: Work,
  writer: TextWriter,
  types: () => Promise<KnownTypes>,
): Promise<number | void> {
  let known: KnownTypes | null = null;
  try {
    for (;;) {
      const step = await work.next();
      if (step.done === true) return step.value;
      known ??= await types();
      const text = recordText(step.value);
      if (!isChecked(step.value, text, known)) await checkOutgoing(step.value, text, known);
      const written = writer.write(`${text}\n`);
      if (written !== undefined) await written;
    }
  } catch (error) {
    await work.return();
    throw error;
  }
}

/** Writes what `render` makes of the records that the work yields; what the work returns. */
export async function writeRendered(
  work: Work,
  writer: TextWriter,
  render: (records: AsyncIterable<AnyRecord>) => AsyncIterable<string>,
): Promise<number | void> {
  let result: number | void = undefined;
  async function* records(): AsyncGenerator<AnyRecord> {
    result = yield* work;
  }
  try {
    for await (const text of render(records())) await writer.write(text);
  } catch (error) {
    await work.return();
    throw error;
  }
  return result;
}
