import { exactPercent } from "../exact-percent.ts";
import type { Comparison, Finding } from "@mx/records";
import type { ArmCounts } from "./arm.ts";
import type { Comparability } from "./find-differences.ts";
import type { Pairing } from "./pair-tasks.ts";

/** What findings of a comparison are made from. */
export interface Compared {
  comparison: Comparison;
  counts: { a: ArmCounts; b: ArmCounts };
  pairing: Pairing;
  comparability: Comparability;
  /** Smallest share that has to be there for a verdict. */
  minCoverage: number;
  /** What is there too little of, for a person; empty where there is enough. */
  tooLittle: string[];
}

const words: Record<Comparison["differences"][number]["what"], string> = {
  task: "content of the tasks",
  grader: "graders",
  image: "images",
  sampling: "sampling",
  served_model: "served model",
  pass_threshold: "pass threshold",
};

/** Values that are named in a message. */
const mostValues = 5;

/** What makes a comparison suspect. */
export function* comparisonFindings(compared: Compared): Generator<Finding> {
  const { comparison, counts, pairing, comparability, minCoverage, tooLittle } = compared;
  const { a, b, differences, forced } = comparison;
  const finding = (
    severity: Finding["severity"],
    code: string,
    message: string,
    count?: number,
  ): Finding => ({
    type: "finding",
    version: 1,
    code,
    severity,
    message,
    group: { a: a.name, b: b.name },
    ...(count === undefined ? {} : { count }),
  });
  for (const [arm, { attempted }] of [
    [a, counts.a],
    [b, counts.b],
  ] as const) {
    if (attempted > 0) continue;
    const message = `arm ${arm.name} did not run: there is not a single trial of it`;
    yield finding("error", "arm_did_not_run", message);
  }
  if (tooLittle.length > 0) {
    const message = `no verdict: ${tooLittle.join("; ")}; at least ${exactPercent(minCoverage)} is wanted`;
    yield finding("error", "low_coverage", message);
  }
  if (forced) {
    const what = differences.map((difference) => words[difference.what]).join(", ");
    const message = `compared by --force, although these differ: ${what}`;
    yield finding("warning", "forced_comparison", message, differences.length);
  }
  yield* lost();
  for (const [arm, { conflicts }] of [
    [a, counts.a],
    [b, counts.b],
  ] as const) {
    if (conflicts === 0) continue;
    const message = `${conflicts} trials of ${arm.name} have results that disagree; they are not scored`;
    yield finding("warning", "conflicting_duplicates", message, conflicts);
  }
  for (const [side, only] of [
    ["a", pairing.onlyInA],
    ["b", pairing.onlyInB],
  ] as const) {
    // Of an arm that did not run, that is no news.
    if (only === 0 || counts.a.attempted === 0 || counts.b.attempted === 0) continue;
    const message = `${only} of ${pairing.tasks} tasks are only in ${comparison[side].name}`;
    yield finding("warning", "unpaired_tasks", message, only);
  }
  for (const { what, arm, values } of comparability.mixed) {
    const shown = values.slice(0, mostValues).join(", ");
    const more = values.length > mostValues ? ", …" : "";
    const message = `${words[what]} is not the same all over ${arm}: ${shown}${more}`;
    yield finding("warning", "mixed_arm", message, values.length);
  }
  if (comparability.unknown.length > 0) {
    const what = comparability.unknown.map((one) => words[one]).join(", ");
    const message = `not known of every trial in both arms, so only compared where it is: ${what}`;
    yield finding("info", "unknown_fingerprint", message, comparability.unknown.length);
  }

  /** Missing trials bias a mean, the more so where one arm misses more of them. */
  function* lost(): Generator<Finding> {
    const lostOf = ({ planned, scored }: ArmCounts) => planned - scored;
    const [ofA, ofB] = [lostOf(counts.a), lostOf(counts.b)];
    if (ofA === 0 && ofB === 0) return;
    const text = (name: string, ofArm: ArmCounts) => {
      const reasons = [...ofArm.reasons].sort(([one], [other]) => (one < other ? -1 : 1));
      const why = reasons.map(([reason, tasks]) => `${reason} in ${tasks} tasks`).join(", ");
      const because = why === "" ? "" : ` (${why})`;
      return `${name} lost ${lostOf(ofArm)} of ${ofArm.planned} trials${because}`;
    };
    const message = `${text(a.name, counts.a)}, ${text(b.name, counts.b)}`;
    if (ofA === ofB) yield finding("info", "lost_trials", message, ofA + ofB);
    else yield finding("warning", "uneven_loss", message, Math.abs(ofA - ofB));
  }
}
