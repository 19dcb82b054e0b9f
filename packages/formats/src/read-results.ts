import type { AnyRecord } from "@mx/records";
import { detectFormat } from "./detect-format.ts";
import type { ReadOptions } from "./format.ts";
import type { FormatName } from "./format-names.ts";
import { formats } from "./formats.ts";

/**
 * The results at a path as records: a `run` where it says what was planned, then one scored `trial` per result. The
 * format is told by the content where none is given. Memory does not grow with the file.
 */
export async function* readResults(
  path: string,
  options: ReadOptions & { format?: FormatName } = {},
): AsyncGenerator<AnyRecord> {
  const { format: name } = options;
  const format = formats.find((one) => one.name === name) ?? (await detectFormat(path));
  yield* format.read(path, options);
}
