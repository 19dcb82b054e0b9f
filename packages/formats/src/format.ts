import type { AnyRecord } from "@mx/records";
import type { FormatName } from "./format-names.ts";

/** What a reader of results can be told. */
export interface ReadOptions {
  /** Arm that the trials belong to, where the results themselves name none; default: `baseline`. */
  variant?: string;
  /** Model of the trials, for formats that do not say; wins where it is given. mx's own records keep theirs. */
  model?: string;
  /** Without their trajectories, which can be far larger than everything else. */
  withoutTrajectories?: boolean;
  /** Called for a row that cannot be read, which is then left out; without it, such a row throws. */
  onBadRecord?: (error: Error) => void;
  /** The records that come on stdin, for the path `-`. */
  stdin?: () => AsyncIterable<AnyRecord>;
}

/** One system's results. */
export interface Format {
  name: FormatName;
  /**
   * True where the path holds results of this system: by what is in it, not by its name. `start`: the first
   * 64 KiB of a file; null for a folder.
   */
  detect(path: string, start: Buffer | null): Promise<boolean>;
  /**
   * The results as records: a `run` where the file says what was planned, then one scored `trial` per result, in
   * the order of the file. Holds one result at a time. Throws MxError 65 for what it cannot read.
   */
  read(path: string, options: ReadOptions): AsyncGenerator<AnyRecord>;
}
