import { isDeepStrictEqual } from "node:util";
import type { Call, Step } from "./read-steps.ts";

/** So many times the same action in a row is a loop, not a retry. */
const tooOften = 5;

/**
 * The first action that an agent takes at least five times in a row: its tool's name, or `reply` for the same
 * message to the user; null: there is none. Arguments are compared as values, so the order of their names does not
 * matter. What is said along with a call does not count, and a reply between two calls is an action of its own.
 */
export function repeatedAction(steps: readonly Step[]): string | null {
  let last: Call | null = null;
  let times = 0;
  for (const action of actions(steps)) {
    times = last !== null && isSame(last, action) ? times + 1 : 1;
    last = action;
    if (times >= tooOften) return action.name;
  }
  return null;
}

function* actions(steps: readonly Step[]): Generator<Call> {
  for (const { source, calls, message } of steps) {
    if (source !== "agent") continue;
    if (calls.length > 0) yield* calls;
    else if (message.trim() !== "") yield { name: "reply", args: message };
  }
}

function isSame(a: Call, b: Call): boolean {
  if (a.name !== b.name) return false;
  try {
    return isDeepStrictEqual(a.args, b.args);
  } catch {
    // Nested too deeply for a comparison.
    return false;
  }
}
