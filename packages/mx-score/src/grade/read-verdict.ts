import { quote, unknown, type Verdict } from "./verdict.ts";

const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/** The value of a score as a program may spell it; undefined where it is none. */
function asValue(given: unknown): number | null | undefined {
  if (given === null) return null;
  if (typeof given === "boolean") return given ? 1 : 0;
  if (typeof given === "number" && Number.isFinite(given)) return given;
  return undefined;
}

function asObject(text: string): Verdict | null {
  if (!text.startsWith("{")) return null;
  let object: Record<string, unknown>;
  try {
    object = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
  const name = ["value", "score", "reward"].find((field) => Object.hasOwn(object, field));
  const value = name === undefined ? undefined : asValue(object[name]);
  if (value === undefined) return null;
  const { explanation } = object;
  const said = typeof explanation === "string" && explanation !== "" ? { explanation } : {};
  if (value !== null) return { value, ...said };
  return { value, explanation: said.explanation ?? "the grader says that it does not know" };
}

function asWord(text: string): Verdict | null {
  // Python spells them True and False.
  if (/^true$/i.test(text)) return { value: 1 };
  if (/^false$/i.test(text)) return { value: 0 };
  const value = decimal.test(text) ? asValue(Number(text)) : undefined;
  return value === undefined || value === null ? null : { value };
}

/**
 * The score that a program has printed: all that it printed, else its last line that is not empty. A number, `true` or
 * `false`, or a JSON object with `value`, `score` or `reward` (null: not known) and, if it likes, an `explanation`.
 */
export function readVerdict(stdout: string): Verdict {
  const text = stdout.trim();
  const lastLine = text.slice(text.lastIndexOf("\n") + 1).trim();
  const verdict = asObject(text) ?? asWord(text) ?? asObject(lastLine) ?? asWord(lastLine);
  if (verdict !== null) return verdict;
  if (text === "") return unknown("the grader printed nothing");
  return unknown(`the grader printed no score: ${quote(lastLine)}`);
}
