import type { Comparison } from "@mx/records";
import type { Interval } from "@mx/stats";

type Gate = NonNullable<Comparison["gate"]>;

/** The gate that was asked for, without its verdict; null: none. */
export type AskedGate = Omit<Gate, "passed"> | null;

/**
 * The gate with its verdict. `fail-if-worse` fails where b is worse by more than the margin for certain: the whole
 * interval lies below -margin. `non-inferior` passes only where the whole interval lies above -margin. No verdict
 * (null) where too little is scored, or where the interval is undefined.
 */
export function judgeGate(asked: AskedGate, interval: Interval, enough: boolean): Gate | null {
  if (asked === null) return null;
  const { low, high } = interval;
  const decided = enough && low !== null && high !== null;
  if (!decided) return { ...asked, passed: null };
  const passed = asked.kind === "fail-if-worse" ? high >= -asked.margin : low > -asked.margin;
  return { ...asked, passed };
}
