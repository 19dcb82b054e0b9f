import { replaceFile } from "@mx/store/replace-file";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

/** One job array: written before it is submitted, so that a submission whose answer was lost is found by its name. */
const Submission = z.object({
  /** Name of the job, like no other. */
  name: z.string(),
  /** Element n does this shard. */
  shards: z.array(z.number()),
  intended_at: z.iso.datetime(),
  /** Slurm's id; null: not known to have been submitted. */
  id: z.string().nullable(),
});
export type Submission = z.infer<typeof Submission>;

/** The submissions of a run, in `slurm/submissions` of its folder. */
export class Submissions {
  readonly #folder: string;
  readonly #runId: string;
  #count = 0;

  /** Of the run that is kept in `folder`. */
  constructor(folder: string, runId: string) {
    this.#folder = join(folder, "slurm", "submissions");
    this.#runId = runId;
  }

  /** All of them, the oldest first. */
  async all(): Promise<Submission[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const found: [number, Submission][] = [];
    for (const file of names.filter((name) => name.endsWith(".json"))) {
      const submission = await this.read(file.slice(0, -".json".length));
      found.push([sequence(submission.name), submission]);
    }
    this.#count = Math.max(0, ...found.map(([number]) => number));
    return found.toSorted(([a], [b]) => a - b).map(([, submission]) => submission);
  }

  /** The one of this name. */
  async read(name: string): Promise<Submission> {
    return Submission.parse(JSON.parse(await readFile(this.#path(name), "utf8")));
  }

  /** Says that these shards are about to be submitted. */
  async intend(shards: readonly number[]): Promise<Submission> {
    this.#count += 1;
    const name = `mx-${this.#runId}-${this.#count}-${randomBytes(3).toString("hex")}`;
    const submission = {
      name,
      shards: [...shards],
      intended_at: new Date().toISOString(),
      id: null,
    };
    await mkdir(this.#folder, { recursive: true });
    await this.write(submission);
    return submission;
  }

  /** Replaces what is kept of a submission. */
  async write(submission: Submission): Promise<void> {
    const text = `${JSON.stringify(submission)}\n`;
    await replaceFile(this.#path(submission.name), (file) => file.writeFile(text));
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}

/** The number in a name: mx-RUN-NUMBER-RANDOM. */
function sequence(name: string): number {
  return Number(/-(\d+)-[0-9a-f]{6}$/.exec(name)?.[1] ?? 0);
}
