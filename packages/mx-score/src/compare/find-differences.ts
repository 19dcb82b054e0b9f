import type { Comparison } from "@mx/records";
import { armTask, type Arm } from "./arm.ts";
import type { ArmTask } from "./arm-task.ts";
import type { KnownValues } from "./known-values.ts";
import type { Pair } from "./pair-tasks.ts";
import { samplingFields } from "./run-book.ts";

type Difference = Comparison["differences"][number];
type What = Difference["what"];

/** What two arms should have in common. */
export interface Comparability {
  /** What they have not. */
  differences: Difference[];
  /** What at least one of them does not say, for all tasks or for some. */
  unknown: What[];
  /** What is not the same within one arm. */
  mixed: { what: What; arm: string; values: string[] }[];
  /** Property -> pairs that differ in it, for those that belong to tasks. */
  counts: Partial<Record<What, number>>;
}

/** Tasks that are named per difference. */
const mostTasks = 20;

/**
 * Compares the fingerprints of the paired tasks, and of the arms. What an arm does not say differs from nothing.
 * Served models count where both arms asked for the same one.
 */
export function findDifferences(a: Arm, b: Arm, pairs: readonly Pair[]): Comparability {
  const found: Comparability = { differences: [], unknown: [], mixed: [], counts: {} };
  const perTask: [What, (task: ArmTask) => KnownValues][] = [
    ["task", (task) => task.contents],
    ["grader", (task) => task.graders],
    ["image", (task) => task.images],
  ];
  for (const [what, valuesOf] of perTask) compareTasks(what, valuesOf);
  compareSampling();
  const [ofA, ofB] = [a.tally?.servedModels, b.tally?.servedModels];
  const model = a.tally?.model ?? null;
  if (ofA !== undefined && ofB !== undefined && model !== null && model === b.tally?.model) {
    if (isUnknown(ofA) || isUnknown(ofB)) found.unknown.push("served_model");
    const [listA, listB] = [ofA.list(), ofB.list()];
    noteMixed("served_model", a, listA);
    noteMixed("served_model", b, listB);
    if (differ(listA, listB)) {
      found.differences.push({ what: "served_model", a: joined(listA), b: joined(listB) });
    }
  }
  return found;

  function compareTasks(what: What, valuesOf: (task: ArmTask) => KnownValues): void {
    const tasks: string[] = [];
    const seen = { a: new Set<string>(), b: new Set<string>() };
    let hasUnknown = false;
    for (const { taskId } of pairs) {
      const lists = { a: [] as string[], b: [] as string[] };
      for (const [side, arm] of [
        ["a", a],
        ["b", b],
      ] as const) {
        const task = armTask(arm, taskId);
        const values = task === undefined ? null : valuesOf(task);
        hasUnknown ||= values === null || isUnknown(values);
        lists[side] = values?.list() ?? [];
      }
      // Digests and graders of two systems are different things: unlike is not known to be different.
      if (what !== "image" && differ(origins(lists.a), origins(lists.b))) {
        hasUnknown = true;
        continue;
      }
      if (!differ(lists.a, lists.b)) continue;
      tasks.push(taskId);
      for (const side of ["a", "b"] as const) {
        seen[side].add(joined(lists[side].map((value) => shortValue(what, value))));
      }
    }
    if (hasUnknown) found.unknown.push(what);
    if (tasks.length === 0) return;
    found.counts[what] = tasks.length;
    found.differences.push({
      what,
      a: summary(seen.a),
      b: summary(seen.b),
      tasks: tasks.slice(0, mostTasks),
    });
  }

  function compareSampling(): void {
    const settings: { a: string[]; b: string[] } = { a: [], b: [] };
    let hasUnknown = false;
    for (const field of samplingFields) {
      hasUnknown ||= isUnknown(a.sampling[field]) || isUnknown(b.sampling[field]);
      const listA = a.sampling[field].list();
      const listB = b.sampling[field].list();
      noteMixed("sampling", a, listA, field);
      noteMixed("sampling", b, listB, field);
      if (!differ(listA, listB)) continue;
      settings.a.push(`${field} ${joined(listA)}`);
      settings.b.push(`${field} ${joined(listB)}`);
    }
    if (hasUnknown) found.unknown.push("sampling");
    if (settings.a.length === 0) return;
    const [ofA, ofB] = [settings.a.join(", "), settings.b.join(", ")];
    found.differences.push({ what: "sampling", a: ofA, b: ofB });
  }

  function noteMixed(what: What, { name }: Arm, values: string[], field?: string): void {
    if (values.length < 2) return;
    const named = field === undefined ? values : values.map((value) => `${field} ${value}`);
    found.mixed.push({ what, arm: name, values: named });
  }
}

function isUnknown(values: KnownValues): boolean {
  return values.unknown > 0 || values.list().length === 0;
}

/** True where both are known and not the same. */
function differ(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && b.length > 0 && joined(a) !== joined(b);
}

function joined(values: readonly string[]): string {
  return values.join(" and ");
}

/** What stands before the colon: the systems in which contents and graders mean something. */
function origins(values: readonly string[]): string[] {
  return [...new Set(values.map((value) => value.slice(0, value.indexOf(":"))))];
}

/** Without the system; a digest by its beginning. */
function shortValue(what: What, value: string): string {
  if (what === "image") return value;
  return value.slice(value.indexOf(":") + 1).replace(/^([0-9a-f]{12})[0-9a-f]{52}$/, "$1");
}

/** What the tasks that differ have; of many different values only how many there are. */
function summary(values: ReadonlySet<string>): string {
  const sorted = [...values].sort();
  return sorted.length <= 3 ? sorted.join(", ") : `${sorted.length} different ones`;
}
