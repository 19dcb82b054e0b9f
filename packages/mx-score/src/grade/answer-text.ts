import type { Trial } from "@mx/records";

/** Reads the whole of an answer that the record has only the beginning of; null where it cannot be read. */
export type ReadWhole = (trial: Trial) => Promise<string | null>;

/** True where the record certainly holds the beginning of the answer only. */
export function isCut({ output, output_bytes: bytes }: Trial): boolean {
  // A character takes at least a byte: of most answers this decides without counting.
  if (bytes === undefined || bytes <= output.length) return false;
  return bytes > Buffer.byteLength(output);
}

/**
 * True where the record may hold the beginning of the answer only. Bytes that are not UTF-8 become characters of
 * three bytes, so that a cut answer may look whole: then the file beside it decides.
 */
export function mayBeCut(trial: Trial): boolean {
  if (isCut(trial)) return true;
  return trial.artifacts["stdout"] !== undefined && trial.output.includes("\ufffd");
}

/** The trial with its whole answer; null where that cannot be had. */
export async function withWholeAnswer(
  trial: Trial,
  readWhole: ReadWhole | undefined,
): Promise<Trial | null> {
  if (!mayBeCut(trial)) return trial;
  const output = (await readWhole?.(trial)) ?? null;
  if (output !== null) return { ...trial, output };
  return isCut(trial) ? null : trial;
}
