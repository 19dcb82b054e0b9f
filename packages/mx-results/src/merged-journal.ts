import {
  BadRecordError,
  ExitCode,
  MxError,
  parseRecord,
  readLines,
  type KnownTypes,
} from "@mx/cli";
import { knownTypes } from "@mx/cli/known-types";
import type { Trial } from "@mx/records";
import { hexHash, SeenSet, type Hash64 } from "@mx/stats";
import { hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { damagedCopy } from "./damaged-copy.ts";
import { isType } from "./is-type.ts";

type Bytes = AsyncIterable<Buffer | string>;

/**
 * Puts the lines of several journals of one run into one, each line once: those that are here first, then what others
 * have besides. Keeps some 80 bytes of a line in memory.
 */
export class MergedJournal {
  readonly #file: FileHandle;
  readonly #known: KnownTypes = knownTypes(["trial"]);
  readonly #lines = new SeenSet();
  readonly #attempts = new SeenSet();
  /** Attempts that are here. */
  readonly #own = new SeenSet();
  /** How many attempts came from elsewhere. */
  added = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** The journal that is here; a last line that a kill cut off is left out. Its writer's lock must be held. */
  addOwn(bytes: Bytes, source: string): Promise<void> {
    return this.#each(bytes, source, async (line, trial) => {
      if (trial !== null) this.#own.add(attemptHash(trial));
      if (trial !== null) this.#attempts.add(attemptHash(trial));
      this.#lines.add(textHash(line));
      await this.#write(line);
    });
  }

  /** A journal from elsewhere. Throws MxError 2 where it has an attempt that is here, and says something else of it. */
  addOther(bytes: Bytes, source: string): Promise<void> {
    return this.#each(bytes, source, async (line, trial) => {
      if (trial === null || !this.#lines.add(textHash(line))) return;
      if (this.#own.has(attemptHash(trial))) {
        throw differentRun(
          `attempt ${trial.attempt} of task ${JSON.stringify(trial.task_id)} here is not that of ${source}`,
        );
      }
      this.#attempts.add(attemptHash(trial));
      this.added += 1;
      await this.#write(line);
    });
  }

  /** True where an attempt has a line already. */
  has(attempt: Pick<Trial, "run_id" | "key" | "attempt">): boolean {
    return this.#attempts.has(attemptHash(attempt));
  }

  async #each(
    bytes: Bytes,
    source: string,
    take: (line: Buffer, trial: Trial | null) => Promise<void>,
  ): Promise<void> {
    for await (const lines of readLines(bytes)) {
      for (const { bytes: line, number, ...ends } of lines) {
        try {
          const place = { source, line: number, known: this.#known, ...ends };
          const record = parseRecord(line, place);
          await take(line, isType(record, "trial") ? record : null);
        } catch (error) {
          if (!(error instanceof BadRecordError)) throw error;
          if (!ends.terminated) return;
          throw damagedCopy(error.message, error);
        }
      }
    }
  }

  async #write(line: Buffer): Promise<void> {
    await this.#file.writeFile(Buffer.concat([line, Buffer.from("\n")]));
  }
}

/** Two runs of one name: exit 2. */
export function differentRun(message: string): MxError {
  return new MxError(message, {
    code: "run_differs",
    exitCode: ExitCode.usage,
    hint: "they are different runs of one name: pull this one into a store of its own, as MX_HOME=FOLDER mx-results pull …",
  });
}

/** A resumed run may hold attempts of the run that it went on from. */
function attemptHash({ run_id, key, attempt }: Pick<Trial, "run_id" | "key" | "attempt">): Hash64 {
  return textHash(`${run_id} ${key} ${attempt}`);
}

function textHash(text: string | Buffer): Hash64 {
  return hexHash(hash("sha256", text));
}
