import { nearestName } from "@mx/cli";

/** What other systems call a kind of grader. */
const otherNames: Record<string, string> = {
  exact: "equals",
  exact_match: "equals",
  match: "equals",
  includes: "contains",
  substring: "contains",
  pattern: "regex",
  regexp: "regex",
  json: "json_equals",
  schema: "json_schema",
  number: "numeric",
  math: "answer",
  boxed: "answer",
  multiple_choice: "choice",
  mcq: "choice",
  exit_code: "agent_exit",
  exit: "agent_exit",
  exec: "command",
  script: "command",
  shell: "command",
  llm: "judge",
  model: "judge",
  rubric: "judge",
};

/** The kind that was probably meant: one of that name elsewhere, or the nearest. */
export function similarKind(given: string, kinds: readonly string[]): string | null {
  const word = given.slice(0, 40).toLowerCase().replaceAll("-", "_");
  return otherNames[word] ?? nearestName(word, kinds);
}
