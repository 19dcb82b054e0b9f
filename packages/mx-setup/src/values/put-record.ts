import { createHmac, randomBytes } from "node:crypto";
import { ExitCode, MxError } from "@mx/cli";
import * as z from "zod";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";

const digests = z.record(z.string(), z.string());

const Contents = z.object({
  version: z.literal(1),
  salt: z.string(),
  secrets: z.record(
    z.string(),
    z.object({
      /** Modal's id: one that was deleted and made anew is another secret. Null: it is being created. */
      secret_id: z.string().nullable(),
      /** Digest of each value that was put. */
      keys: digests,
      /** Digests of what was about to be sent; whether it arrived is not known. */
      sending: digests.optional(),
    }),
  ),
});
type Contents = z.infer<typeof Contents>;

/** What is known of a key's value in the cloud: a digest, or null after a kill in the middle of a change. */
export type KnownKeys = ReadonlyMap<string, string | null>;

/**
 * What was put into secrets from here. Modal does not give values back, so that salted digests tell whether a value
 * has changed at its source. Holds no value, and is for its owner's eyes all the same.
 */
export class PutRecord {
  readonly #path: string;
  readonly #contents: Contents;

  private constructor(path: string, contents: Contents) {
    this.#path = path;
    this.#contents = contents;
  }

  static async open(path: string): Promise<PutRecord> {
    const text = await readPrivateFile(path);
    if (text === null) {
      const salt = randomBytes(32).toString("hex");
      return new PutRecord(path, { version: 1, salt, secrets: {} });
    }
    try {
      return new PutRecord(path, Contents.parse(JSON.parse(text)));
    } catch (error) {
      throw new MxError(`${path} is not a record of mx-setup`, {
        code: "bad_put_record",
        exitCode: ExitCode.usage,
        hint: "move it away: values that exist are kept then, and changes at their sources are not seen",
        cause: error,
      });
    }
  }

  digest(secret: string, key: string, value: string): string {
    return createHmac("sha256", this.#contents.salt)
      .update(JSON.stringify([secret, key, value]))
      .digest("hex");
  }

  /** What is known of the secret that Modal has by this name, id and keys. */
  known(name: string, id: string, keys: ReadonlySet<string>): KnownKeys {
    const entry = this.#contents.secrets[name];
    if (entry === undefined) return new Map();
    const sending = Object.entries(entry.sending ?? {});
    if (entry.secret_id === null) {
      // A kill came between the call that creates it and its reply. It is ours if it has just what was sent.
      const isOurs = keys.size === sending.length && sending.every(([key]) => keys.has(key));
      return new Map(isOurs ? sending : []);
    }
    if (entry.secret_id !== id) return new Map();
    return new Map<string, string | null>([
      ...Object.entries(entry.keys),
      ...sending.map(([key]) => [key, null] as const),
    ]);
  }

  /** Notes what will be sent; `id` is null where the secret is created by it. */
  async sending(
    name: string,
    id: string | null,
    values: ReadonlyMap<string, string>,
    known: KnownKeys,
  ): Promise<void> {
    await this.#set(name, {
      secret_id: id,
      keys: settled(known),
      sending: this.#digests(name, values),
    });
  }

  /** Notes that it has arrived. */
  async sent(
    name: string,
    id: string,
    values: ReadonlyMap<string, string>,
    known: KnownKeys,
  ): Promise<void> {
    await this.#set(name, {
      secret_id: id,
      keys: { ...settled(known), ...this.#digests(name, values) },
    });
  }

  async forget(name: string): Promise<void> {
    if (this.#contents.secrets[name] === undefined) return;
    delete this.#contents.secrets[name];
    await this.#write();
  }

  #digests(name: string, values: ReadonlyMap<string, string>): Record<string, string> {
    return Object.fromEntries(
      [...values].map(([key, value]) => [key, this.digest(name, key, value)]),
    );
  }

  async #set(name: string, entry: Contents["secrets"][string]): Promise<void> {
    this.#contents.secrets[name] = entry;
    await this.#write();
  }

  async #write(): Promise<void> {
    await writePrivateFile(this.#path, `${JSON.stringify(this.#contents, null, 2)}\n`);
  }
}

function settled(known: KnownKeys): Record<string, string> {
  return Object.fromEntries(
    [...known].flatMap(([key, digest]) => (digest === null ? [] : [[key, digest]])),
  );
}
