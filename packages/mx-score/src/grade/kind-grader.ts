import type { GraderKind, GraderSpec, Trial } from "@mx/records";
import type { Verdict } from "./verdict.ts";

/** The settings of one kind of grader. */
export type SpecOf<K extends GraderKind> = Extract<GraderSpec, { kind: K }>;

/** What a grader may look at. */
export type Graded = Pick<Trial, "output" | "outcome"> &
  Partial<Pick<Trial, "target" | "exit_code">>;

/** One kind of grader that judges by the record alone, at once. */
export interface KindGrader<K extends GraderKind> {
  /** Raised whenever a verdict on some answer changes: scores of two versions are not comparable. */
  version: string;
  /** True where a cut answer cannot be judged. */
  readsAnswer: boolean;
  /** What is wrong with the settings themselves; null: nothing. Throws nothing. */
  problem?: (spec: SpecOf<K>) => string | null;
  /** Never throws for settings without a problem. */
  grade: (spec: SpecOf<K>, trial: Graded) => Verdict;
}
