import { canonicalJson, type Attribution } from "@mx/records";
import { trialId } from "./trial-id.ts";

/**
 * What a judge has said already, by trial. Of several attributions of one trial by the same judge the first in order of
 * their text counts, and that they disagree is remembered: the order in which they come decides nothing.
 */
export class KnownAttributions {
  readonly #digest: string;
  readonly #byId = new Map<string, { attribution: Attribution; text: string }>();
  readonly #disagreeing = new Set<string>();

  /** `digest`: of the judge whose attributions count. */
  constructor(digest: string) {
    this.#digest = digest;
  }

  /** Learns an attribution; one by another judge, or one that has no author, says nothing. */
  add(attribution: Attribution): void {
    if (!this.isReadable(attribution)) return;
    const id = trialId(attribution);
    const text = canonicalJson(attribution);
    const known = this.#byId.get(id);
    if (known === undefined || text < known.text) this.#byId.set(id, { attribution, text });
    if (known === undefined) return;
    const { author, fault_type } = known.attribution;
    if (author !== attribution.author || fault_type !== attribution.fault_type) {
      this.#disagreeing.add(id);
    }
  }

  /** True where it is this judge's, and names somebody. */
  isReadable({ judge, author }: Attribution): boolean {
    return judge.digest === this.#digest && author !== null;
  }

  /** True where it is this judge's, and names nobody. */
  isUnreadable({ judge, author }: Attribution): boolean {
    return judge.digest === this.#digest && author === null;
  }

  get(id: string): Attribution | undefined {
    return this.#byId.get(id)?.attribution;
  }

  /** Trials with attributions by this judge that disagree. */
  get disagreeing(): number {
    return this.#disagreeing.size;
  }
}
