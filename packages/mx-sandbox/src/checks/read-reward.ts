/** What a verifier wrote: the reward, and what else is said there; or why there is none. */
export type Reward = { value: number; details: string } | { problem: string };

const mostDetails = 200;

/**
 * Reads a reward as Harbor's verifiers write it: a number, or JSON with `reward`, or with one number of another name.
 * Several names without `reward` have no speaker. What is not from 0 to 1 is no reward.
 */
export function readReward(name: string, text: string): Reward {
  const value = parse(text.replace(/^\uFEFF/, "").trim());
  if (value === undefined) return { problem: `${name} is neither a number nor JSON` };
  if (typeof value === "number" || typeof value === "boolean") return inRange(name, value, "");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { problem: `${name} holds no reward` };
  }
  const entries = Object.entries(value as Record<string, unknown>);
  const numbers = entries.filter(([, one]) => typeof one === "number" || typeof one === "boolean");
  const main =
    numbers.find(([key]) => key === "reward") ?? (numbers.length === 1 ? numbers[0] : undefined);
  if (main === undefined) {
    const names = numbers.map(([key]) => key).join(", ");
    const why = names === "" ? "no number" : `several numbers (${names}), and none is \`reward\``;
    return { problem: `${name} has ${why}` };
  }
  const others = entries.filter(([key]) => key !== main[0]);
  const details = others.map(([key, one]) => `${key} ${shown(one)}`).join(", ");
  return inRange(name, main[1] as number | boolean, details.slice(0, mostDetails));
}

function shown(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "nested too deeply"; // the parser takes what this does not
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Forms of Python and of shells: `1.`, `.5`, `+1`
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
  }
}

function inRange(name: string, given: number | boolean, details: string): Reward {
  const value = Number(given);
  if (value >= 0 && value <= 1) return { value, details };
  return { problem: `${name} says ${value}, and a reward is from 0 to 1` };
}
