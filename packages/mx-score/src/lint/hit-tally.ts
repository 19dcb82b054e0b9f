import type { Finding } from "@mx/records";
import type { FindingRule } from "./finding-rules.ts";
import type { Hit, HitCode } from "./hit.ts";
import { percent } from "./percent.ts";
import { Smallest } from "./smallest.ts";

const keyLimit = 10;
const detailLimit = 6;
const severities = ["info", "warning", "error"] as const;

/** All hits of one code in a group: a count, the ten smallest keys, and a few details. */
export class HitTally {
  #count = 0;
  #floor = 0;
  readonly #keys = new Smallest(keyLimit);
  readonly #details = new Smallest(detailLimit);

  add(key: string, { severity = "info", detail }: Pick<Hit, "severity" | "detail">): void {
    this.#count += 1;
    this.#floor = Math.max(this.#floor, severities.indexOf(severity));
    this.#keys.add(key);
    if (detail !== undefined) this.#details.add(detail);
  }

  addAll(other: HitTally): void {
    this.#count += other.#count;
    this.#floor = Math.max(this.#floor, other.#floor);
    this.#keys.addAll(other.#keys);
    this.#details.addAll(other.#details);
  }

  /** Null where there were no hits. `total`: how many the share is of. */
  finding(
    code: HitCode,
    rule: FindingRule,
    total: number,
    group: Finding["group"],
  ): Finding | null {
    if (this.#count === 0) return null;
    const share = this.#count / total;
    const byShare = share >= rule.error ? 2 : share >= rule.warning ? 1 : 0;
    const noun = total === 1 ? rule.of.replace(/ies$/, "y").replace(/s$/, "") : rule.of;
    return {
      type: "finding",
      version: 1,
      code,
      severity: severities[Math.max(byShare, this.#floor)] ?? "error",
      message: `${this.#count} of ${total} ${noun} (${percent(share)}) ${rule.message}${this.#which()}`,
      ...(group !== undefined && { group }),
      count: this.#count,
      keys: this.#keys.values(),
    };
  }

  #which(): string {
    const counts = this.#details.counts().map(([detail, count]) => `${detail} ${count}`);
    if (counts.length === 0) return "";
    return `: ${counts.join(", ")}${this.#details.overflowed ? ", …" : ""}`;
  }
}
