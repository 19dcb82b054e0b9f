import { ResultVolume } from "@mx/backends";
import { recordText } from "@mx/cli";
import type { Run, Trial } from "@mx/records";
import type { RunDirectory } from "@mx/store";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Flags } from "./flags.ts";

/**
 * Copies a run to a volume as it goes: each attempt's line and artifacts once they are on disk here, the run record
 * and the journal as it begins and as it ends. It is laid out as the store is, so that a copy of the folder is a run. What cannot be
 * copied is said once: it is all in the store.
 */
export class ResultCopy implements Disposable {
  readonly #volume: ResultVolume;
  readonly #directory: RunDirectory;
  readonly #note: (text: string) => void;
  #failed = false;

  private constructor(volume: ResultVolume, directory: RunDirectory, note: (text: string) => void) {
    this.#volume = volume;
    this.#directory = directory;
    this.#note = note;
  }

  /** Null where no volume is asked for. */
  static async open(
    { modalResultsVolume: name, modalEnvironment: environment }: Flags,
    env: NodeJS.ProcessEnv,
    directory: RunDirectory,
    note: (text: string) => void,
  ): Promise<ResultCopy | null> {
    if (name === undefined) return null;
    return new ResultCopy(await ResultVolume.open(env, { name, environment }), directory, note);
  }

  /** An attempt that is in the journal. */
  async trial(record: Trial): Promise<void> {
    const line = Buffer.from(`${recordText(record)}\n`);
    await this.#save([
      [`trials/${record.key}-${record.attempt}.ndjson`, line],
      ...Object.values(record.artifacts).map(({ path }) => [path, null] as [string, null]),
    ]);
  }

  /** The run as it is now. */
  async run(run: Run): Promise<void> {
    const text = Buffer.from(`${recordText(run)}\n`);
    await this.#save([
      ["run.json", text],
      ["trials.ndjson", null],
    ]);
  }

  [Symbol.dispose](): void {
    this.#volume[Symbol.dispose]();
  }

  /** Paths in the run's folder with their bytes; null: the file that is there. */
  async #save(files: [path: string, bytes: Buffer | null][]): Promise<void> {
    const { runId, path: folder } = this.#directory;
    try {
      const read = files.map(async ([path, bytes]) => ({
        path: `runs/${runId}/${path}`,
        bytes: bytes ?? (await readFile(join(folder, path))),
      }));
      await this.#volume.save(await Promise.all(read));
    } catch (error) {
      if (!this.#failed)
        this.#note(`not all results are in the volume: ${(error as Error).message}`);
      this.#failed = true;
    }
  }
}
