export { BadRecordError } from "./bad-record-error.ts";
export {
  defineCommand,
  type Command,
  type CommandSpec,
  type Positional,
  type ProgramSpec,
  type RunContext,
} from "./command.ts";
export { ExitCode, MxError } from "./errors.ts";
export { LineSplitter, type Line } from "./line-splitter.ts";
export { main } from "./main.ts";
export { mapConcurrent } from "./map-concurrent.ts";
export { Masker, type MaskStream } from "./masker.ts";
export { parseFlags } from "./parse-flags.ts";
export { parseRecord, type LinePlace } from "./parse-record.ts";
export { nearestName } from "./nearest-name.ts";
export type { Progress } from "./progress.ts";
export { oneLine, printable } from "./printable.ts";
export { readLines } from "./read-lines.ts";
export type { ReadOptions } from "./record-reader.ts";
export { readRecords } from "./read-records.ts";
export { recordText } from "./record-text.ts";
export { Semaphore } from "./semaphore.ts";
export { table } from "./table.ts";
export type { KnownTypes } from "./type-check.ts";
export { version } from "./version.ts";
