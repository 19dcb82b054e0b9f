import type { AnyRecord } from "@mx/records";
import { attributionBlocks } from "./attribution-blocks.ts";
import type { Block } from "./block.ts";
import { comparisonBlocks } from "./comparison-blocks.ts";
import { csvTable } from "./csv-tables.ts";
import { csvRow } from "./csv-text.ts";
import { figures } from "./figures.ts";
import { findingBlocks } from "./finding-blocks.ts";
import { jsonArray } from "./json-array.ts";
import { markdownText } from "./markdown-text.ts";
import type { OutputOptions } from "./options.ts";
import { planBlocks } from "./plan-blocks.ts";
import { ShownRecords } from "./shown-records.ts";
import { summaryBlocks } from "./summary-blocks.ts";
import { TerminalText } from "./terminal-text.ts";

/**
 * What mx-score would have written, for people. `json` is every record in one array; the others show summaries,
 * comparisons, plans, attributions and findings, and leave out what else there is.
 */
export async function* render(
  records: AsyncIterable<AnyRecord>,
  options: OutputOptions,
): AsyncGenerator<string> {
  if (options.format === "json") {
    yield* jsonArray(records);
    return;
  }
  const shown = new ShownRecords();
  for await (const record of records) shown.add(record);
  if (options.format === "csv") {
    const { header, rows } = csvTable(shown);
    yield csvRow(header);
    for (const row of rows) yield csvRow(row);
    return;
  }
  const terminal = new TerminalText(options);
  const text = options.format === "markdown" ? markdownText : (one: Block) => terminal.block(one);
  let isFirst = true;
  for (const block of blocks(shown)) {
    yield isFirst ? text(block) : `\n${text(block)}`;
    isFirst = false;
  }
}

function blocks(shown: ShownRecords): Block[] {
  const { summaries, comparisons, plans, attributions, findings, unreadable } = shown;
  const notes = [
    ...(shown.isEmpty ? [`nothing to sum up: ${figures.count(shown.trials)} trials`] : []),
    ...(unreadable === 0
      ? []
      : [`not shown: ${figures.count(unreadable)} records with fields that are not valid`]),
  ];
  return [
    ...summaryBlocks(summaries),
    ...comparisonBlocks(comparisons),
    ...planBlocks(plans),
    ...attributionBlocks(attributions),
    ...findingBlocks(findings),
    ...(notes.length === 0
      ? []
      : [{ kind: "lines", lines: notes.map((note) => ({ text: note })) } as const]),
  ];
}
