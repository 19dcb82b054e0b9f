import type { MxError } from "@mx/cli";
import type { CallRecord, Ledger } from "./ledger.ts";
import { LineFile } from "./line-file.ts";

/**
 * A ledger in a file, one line per call. A client has the end of its reply only once the line is with the kernel,
 * which keeps it whatever becomes of this process.
 */
export class FileLedger implements Ledger {
  readonly #file: LineFile;

  private constructor(file: LineFile) {
    this.#file = file;
  }

  /** Opens the file, or makes it, for its owner's eyes only. `failed` hears of a line that could not be written. */
  static async open(path: string, failed: (error: MxError) => void): Promise<FileLedger> {
    return new FileLedger(await LineFile.open(path, { name: "ledger", flag: "--ledger", failed }));
  }

  add(record: CallRecord, written: () => void): void {
    this.#file.append(JSON.stringify(record), written);
  }

  full(): Promise<void> | null {
    return this.#file.full();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
