import type { FormatName, ReadOptions } from "@mx/formats";
import type { AnyRecord } from "@mx/records";

/** Reads results from a path, as readResults of @mx/formats does. */
export type ResultReader = (
  path: string,
  options: ReadOptions & { format?: FormatName },
) => AsyncIterable<AnyRecord>;

/** How paths are read. */
export interface PathOptions {
  /** Null: by what is in them. */
  format: FormatName | null;
  /** Null: a row that cannot be read is an error. */
  onBadRecord: ((error: Error) => void) | null;
}

/** The records of a path, without what a comparison does not need. */
export function pathRecords(
  path: string,
  { format, onBadRecord }: PathOptions,
  readResults: ResultReader,
): AsyncIterable<AnyRecord> {
  return readResults(path, {
    withoutTrajectories: true,
    ...(format === null ? {} : { format }),
    ...(onBadRecord === null ? {} : { onBadRecord }),
  });
}
