import type { AnswerLine } from "./script-line.ts";
import type { Subject } from "../upstream/upstream.ts";
import { messageText, type ScriptRequest } from "./script-request.ts";

/** Where a conversation stands in a script. */
export interface Place {
  /** The task; null: neither the caller nor the first user message names one. */
  task: string | null;
  /** Which reply is asked for, from 1. */
  turn: number;
}

/**
 * Where a request stands. It is read off the request alone, so that asking again gives the same answer: the
 * turn is one more than the replies that the conversation has had.
 */
export function placeOf(
  answers: readonly AnswerLine[],
  request: ScriptRequest,
  subject: Subject,
): Place {
  const turn = request.messages.filter(({ role }) => role === "assistant").length + 1;
  if (subject.task !== null) return { task: subject.task, turn };
  const first = request.messages.find(({ role }) => role === "user");
  const text = first === undefined ? "" : messageText(first);
  const named = answers.find(({ prompt }) => prompt !== undefined && text.includes(prompt));
  return { task: named?.task ?? null, turn };
}

/** The first line that fits: the task's own lines before those for any task. Null: the script has none. */
export function pickAnswer(
  answers: readonly AnswerLine[],
  request: ScriptRequest,
  subject: Subject,
  place: Place,
): AnswerLine | null {
  const last = request.messages.at(-1);
  const text = last === undefined ? "" : messageText(last);
  const fits = ({ turn, when }: AnswerLine) =>
    turn === place.turn &&
    includes(when?.trial, subject.trial) &&
    includes(when?.attempt, subject.attempt) &&
    includes(when?.model, request.model) &&
    (when?.contains === undefined || text.includes(when.contains)) &&
    (when?.tool === undefined || offers(request, when.tool));
  return (
    answers.find((line) => line.task === place.task && fits(line)) ??
    answers.find((line) => line.task === "*" && fits(line)) ??
    null
  );
}

function offers({ tools }: ScriptRequest, name: string): boolean {
  return tools?.some((tool) => tool.function?.name === name) ?? false;
}

function includes<T>(wanted: T | T[] | undefined, value: T): boolean {
  if (wanted === undefined) return true;
  return Array.isArray(wanted) ? wanted.includes(value) : wanted === value;
}
