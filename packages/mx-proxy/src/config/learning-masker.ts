import { Masker, type MaskStream } from "@mx/cli";

/** A masker that learns further secrets while it is in use. It forgets none: calls with the former ones may be under way. */
export class LearningMasker extends Masker {
  readonly #secrets: Set<string>;
  #masker: Masker;

  constructor(secrets: readonly string[]) {
    super([]);
    this.#secrets = new Set(secrets);
    this.#masker = new Masker(secrets);
  }

  learn(secrets: readonly string[]): void {
    for (const secret of secrets) this.#secrets.add(secret);
    this.#masker = new Masker([...this.#secrets]);
  }

  /** True: it is one of the secrets, and no word such as none. */
  knows(text: string): boolean {
    return text.length >= 6 && this.#secrets.has(text);
  }

  override with(secret: string): Masker {
    return this.#masker.with(secret);
  }

  override text(text: string): string {
    return this.#masker.text(text);
  }

  override bytes(bytes: Buffer): Buffer {
    return this.#masker.bytes(bytes);
  }

  override stream(): MaskStream {
    return this.#masker.stream();
  }
}
