import { Attribution, Comparison, Finding, Plan, type AnyRecord } from "@mx/records";
import type * as z from "zod";
import { ShownSummary } from "./shown-summary.ts";

/**
 * What is worth showing of a stream: one object per summary, comparison, plan, finding and attribution. Trials are
 * counted, and everything else is left out. Findings and attributions that come again count once.
 */
export class ShownRecords {
  readonly summaries: ShownSummary[] = [];
  readonly comparisons: Comparison[] = [];
  readonly plans: Plan[] = [];
  readonly #findings = new Map<string, Finding>();
  readonly #attributions = new Map<string, Attribution>();
  trials = 0;
  /** Records of a type that is shown, with fields that are not as they should be. */
  unreadable = 0;

  get findings(): Finding[] {
    return [...this.#findings.values()];
  }

  get attributions(): Attribution[] {
    return [...this.#attributions.values()];
  }

  /** True where there is nothing but trials and records of other kinds. */
  get isEmpty(): boolean {
    const shown = [this.summaries, this.comparisons, this.plans, this.findings, this.attributions];
    return shown.every((some) => some.length === 0);
  }

  add(record: AnyRecord): void {
    switch (record.type) {
      case "trial":
        this.trials += 1;
        return;
      case "summary":
        this.#read(ShownSummary, record, (summary) => this.summaries.push(summary));
        return;
      case "comparison":
        this.#read(Comparison, record, (comparison) => this.comparisons.push(comparison));
        return;
      case "plan":
        this.#read(Plan, record, (plan) => this.plans.push(plan));
        return;
      case "finding":
        this.#read(Finding, record, (finding) =>
          this.#findings.set(
            JSON.stringify([finding.code, finding.severity, finding.message, finding.group]),
            finding,
          ),
        );
        return;
      case "attribution":
        this.#read(Attribution, record, (attribution) =>
          this.#attributions.set(
            JSON.stringify([
              attribution.key,
              attribution.attempt,
              attribution.judge,
              attribution.author,
              attribution.fault_type,
            ]),
            attribution,
          ),
        );
    }
  }

  /** Records that only pass through have not been checked by anybody. */
  #read<T>(schema: z.ZodType<T>, record: AnyRecord, take: (value: T) => void): void {
    const { success, data } = schema.safeParse(record);
    if (success) take(data);
    else this.unreadable += 1;
  }
}
