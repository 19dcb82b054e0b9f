import type { VolumeReader } from "@mx/backends/modal";
import { mapConcurrent, MxError, parseRecord } from "@mx/cli";
import { knownTypes } from "@mx/cli/known-types";
import type { AnyRecord, Run } from "@mx/records";
import { isRunId } from "@mx/store";
import { chooseRun } from "@mx/store/choose-run";
import { newestFirst } from "@mx/store/run-ids-by-age";
import { runIdTime } from "@mx/store/run-id";
import { damagedCopy } from "./damaged-copy.ts";
import { isType } from "./is-type.ts";

/** Calls to Modal at a time. */
export const atOnce = 8;
const folderType = 2;
const fileType = 1;
/** A run record has the ids of its tasks; one that is larger was not written by mx. */
const mostManifestBytes = 64 * 1024 * 1024;

/** The runs that mx-sandbox copied to a volume of Modal, as runs/RUN_ID/…. */
export class VolumeRuns implements Disposable {
  readonly #reader: VolumeReader;

  private constructor(reader: VolumeReader) {
    this.#reader = reader;
  }

  /** Finds the volume; MxError 2 where there is none, 69 where Modal cannot be asked. */
  static async open(
    env: NodeJS.ProcessEnv,
    {
      volume: name,
      modalEnvironment: environment,
    }: { volume: string; modalEnvironment?: string | undefined },
  ): Promise<VolumeRuns> {
    // The SDK takes its time to load: only who names a volume pays for it.
    const { VolumeReader } = await import("@mx/backends/modal");
    return new VolumeRuns(await VolumeReader.open(env, { name, environment }));
  }

  /** What errors call this place. */
  get place(): string {
    return `volume ${this.#reader.name}`;
  }

  /** The ids of its runs, newest first. Folders that cannot be runs are passed over. */
  async ids(): Promise<string[]> {
    const entries = await this.#reader.files("runs", false);
    const folders = entries.filter(({ type }) => type === folderType);
    const ids = new Set(folders.map(({ path }) => path.split("/")[1] ?? "").filter(isRunId));
    const dated: { id: string; time: string }[] = [];
    const date = async (id: string) => ({ id, time: runIdTime(id) ?? (await this.#startOf(id)) });
    for await (const found of mapConcurrent(ids, atOnce, date)) dated.push(found);
    return newestFirst(dated);
  }

  /** The id of the run that somebody means, as `mx-results show` takes it; MxError 2 where there is none. */
  async find(wanted: string): Promise<string> {
    const hint = `\`mx-results list --volume ${this.#reader.name}\` shows the runs`;
    return chooseRun(await this.ids(), wanted, { place: this.place, hint });
  }

  /** The run's record; null where there is none, MxError 65 where it is damaged. */
  async manifest(id: string): Promise<(AnyRecord & Run) | null> {
    const parts: Buffer[] = [];
    const source = this.sourceOf(id, "run.json");
    try {
      let bytes = 0;
      for await (const part of this.read(id, "run.json")) {
        bytes += part.length;
        if (bytes > mostManifestBytes) throw damagedCopy(`${source} is too large`);
        parts.push(part);
      }
      const text = Buffer.concat(parts).toString("utf8").trim();
      const record = parseRecord(text, { source, line: 1, known: knownTypes(["run"]) });
      if (isType(record, "run") && record.run_id === id) return record;
    } catch (error) {
      if (!(error instanceof MxError)) throw error;
      if (error.code === "modal_not_found") return null;
      throw error.code === "bad_record" ? damagedCopy(error.message, error) : error;
    }
    throw damagedCopy(`${source} is not this run's record`);
  }

  /** The plain files of a run, by their path in its folder, with their sizes. */
  async files(id: string): Promise<Map<string, number>> {
    const folder = `runs/${id}/`;
    const entries = await this.#reader.files(`runs/${id}`, true);
    return new Map(
      entries
        .filter(({ path, type }) => type === fileType && path.startsWith(folder))
        .map(({ path, size }) => [path.slice(folder.length), size]),
    );
  }

  /** The bytes of a run's file. */
  read(id: string, path: string): AsyncGenerator<Buffer> {
    return this.#reader.read(`runs/${id}/${path}`);
  }

  /** A run's file as errors call it. */
  sourceOf(id: string, path: string): string {
    return `${this.#reader.name}:runs/${id}/${path}`;
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]();
  }

  /** When a run began as its record has it; empty where it does not say. */
  async #startOf(id: string): Promise<string> {
    const run = await this.manifest(id).catch((error: unknown) => {
      // Whoever asks for the run hears what is wrong with it.
      if (error instanceof MxError && error.code === "damaged_copy") return null;
      throw error;
    });
    return run?.started_at ?? "";
  }
}
