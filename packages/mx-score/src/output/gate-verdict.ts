import type { Comparison } from "@mx/records";
import type { Tone } from "./block.ts";
import { unknown } from "./figures.ts";

/** What a gate says, and how that is meant. */
export function gateVerdict(gate: Comparison["gate"]): { text: string; tone: Tone } {
  if (gate === null) return { text: unknown, tone: "plain" };
  if (gate.passed === null) return { text: "no verdict", tone: "warning" };
  return gate.passed ? { text: "PASS", tone: "good" } : { text: "FAIL", tone: "bad" };
}
