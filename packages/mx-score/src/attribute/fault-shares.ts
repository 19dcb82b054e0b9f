import { canonicalJson, type Attribution, type Finding } from "@mx/records";

/** An arm of a comparison, or the only one. */
interface Group {
  model: string | null;
  variant: string;
}

interface Tally {
  group: Group;
  isScored: boolean;
  authors: Map<string, number>;
  kinds: Map<string, number>;
  attributed: number;
  failed: number;
  unknown: number;
  skipped: number;
  conflicts: number;
}

/** Counts who was at fault, by model and variant. */
export class FaultShares {
  readonly #tallies = new Map<string, Tally>();

  /** A trial that was seen, whether it failed or not. */
  addTrial(trial: Group & { reward?: number | null }): void {
    const tally = this.#tally(trial);
    if (trial.reward != null) tally.isScored = true;
  }

  /** A trial that failed; `conflicts`: with records that say different things of it. */
  addFailed(trial: Group & { conflicts: boolean }): void {
    const tally = this.#tally(trial);
    tally.failed += 1;
    if (trial.conflicts) tally.conflicts += 1;
  }

  addSkipped(group: Group): void {
    this.#tally(group).skipped += 1;
  }

  addAttribution(attribution: Attribution): void {
    const tally = this.#tally(attribution);
    const { author, fault_type } = attribution;
    if (author === null) {
      tally.unknown += 1;
      return;
    }
    tally.attributed += 1;
    count(tally.authors, author);
    if (author === "agent") count(tally.kinds, fault_type ?? "unknown");
  }

  /** The shares of each group, sorted by group; of an input without trials one finding says so. */
  findings(): Finding[] {
    if (this.#tallies.size === 0) return [finding("fault_attribution", nothingScored, 0)];
    return [...this.#tallies.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, tally]) => [...groupFindings(tally)]);
  }

  #tally({ model, variant }: Group): Tally {
    const name = canonicalJson([model, variant]);
    const known = this.#tallies.get(name);
    if (known !== undefined) return known;
    const tally: Tally = {
      group: { model, variant },
      isScored: false,
      authors: new Map(),
      kinds: new Map(),
      attributed: 0,
      failed: 0,
      unknown: 0,
      skipped: 0,
      conflicts: 0,
    };
    this.#tallies.set(name, tally);
    return tally;
  }
}

/** Codes of the findings that this command makes. */
export const ownCodes: ReadonlySet<unknown> = new Set([
  "fault_attribution",
  "agent_fault_types",
  "fault_unknown",
  "conflicting_failed_trials",
]);

const nothingScored = "no scored trial: there is nothing to attribute";
const authors = ["agent", "user", "environment"];
const kinds = [
  "called_wrong_tool",
  "used_wrong_tool_argument",
  "goal_partially_completed",
  "other",
];

function* groupFindings(tally: Tally): Generator<Finding> {
  const { group, attributed, failed, unknown, skipped, conflicts } = tally;
  const about = (code: string, message: string, of: number): Finding => ({
    ...finding(code, message, of),
    group: { ...group },
  });
  const all = Math.max(failed, attributed + unknown + skipped);
  if (all === 0) {
    const message = tally.isScored
      ? "no trial failed: there is nothing to attribute"
      : nothingScored;
    yield about("fault_attribution", message, 0);
    return;
  }
  const asked = attributed < all ? ` (of ${all} failed trials)` : "";
  const who =
    attributed === 0
      ? `none of ${all} failed trials is attributed`
      : `at fault: ${shares(tally.authors, authors, attributed)}${asked}`;
  yield about("fault_attribution", who, attributed);
  const agents = tally.authors.get("agent") ?? 0;
  if (agents > 0) {
    const named = tally.kinds.has("unknown") ? [...kinds, "unknown"] : kinds;
    const message = `faults of the agent: ${shares(tally.kinds, named, agents)}`;
    yield about("agent_fault_types", message, agents);
  } else if (attributed > 0) {
    yield about("agent_fault_types", `no fault of the agent among ${attributed}`, 0);
  }
  if (unknown > 0) {
    const message = `${unknown} of ${all} failed trials could not be judged; they are asked about again next time`;
    yield { ...about("fault_unknown", message, unknown), severity: "warning" };
  }
  if (conflicts > 0) {
    const message = `${conflicts} of ${all} failed trials have records that disagree; the judge saw one of each`;
    yield { ...about("conflicting_failed_trials", message, conflicts), severity: "warning" };
  }
}

function finding(code: string, message: string, count: number): Finding {
  return { type: "finding", version: 1, code, severity: "info", message, count };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function shares(counts: ReadonlyMap<string, number>, names: string[], of: number): string {
  return names.map((name) => `${name} ${counts.get(name) ?? 0} of ${of}`).join(", ");
}
