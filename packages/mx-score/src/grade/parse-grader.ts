import { GraderSpec, type GraderKind } from "@mx/records";
import { readFile } from "node:fs/promises";
import { graderError } from "./grader-error.ts";
import { readDocument } from "./read-document.ts";
import { similarKind } from "./similar-kind.ts";

/** How each kind is written as a flag. */
const forms: Record<GraderKind, string> = {
  equals: "equals[:TARGET]",
  contains: "contains[:TARGET]",
  regex: "regex:PATTERN",
  json_equals: "json_equals",
  json_schema: "json_schema:FILE",
  numeric: "numeric[:TOLERANCE or N%]",
  choice: "choice[:LETTERS]",
  answer: "answer[:TARGET]",
  agent_exit: "agent_exit[:STATUS]",
  command: "command:COMMAND LINE",
  judge: "judge:RUBRIC FILE",
};
const listed = `graders: ${Object.values(forms).join(", ")}`;

function isKind(word: string): word is GraderKind {
  return Object.hasOwn(forms, word);
}

function bad(flag: string, what: string, cause?: unknown) {
  return graderError(`--grader ${flag}: ${what}`, listed, cause);
}

/** The grader that `--grader KIND[:ARGUMENT]` means; MxError 2 `bad_grader` where it means none. */
export async function parseGrader(
  flag: string,
  judgeModel: string | undefined,
): Promise<GraderSpec> {
  const colon = flag.indexOf(":");
  const word = (colon < 0 ? flag : flag.slice(0, colon)).trim();
  const kind = word.replaceAll("-", "_");
  const argument = colon < 0 ? null : flag.slice(colon + 1);
  if (!isKind(kind)) {
    const near = similarKind(kind, Object.keys(forms));
    const meant = near === null ? "" : `; did you mean ${near}?`;
    throw bad(flag, `there is no grader ${JSON.stringify(word)}${meant}`);
  }
  const form = forms[kind];
  if (argument !== null && !form.includes(":")) throw bad(flag, `${kind} takes no argument`);
  if ((argument ?? "") === "" && (argument !== null || /:/.test(form.replace(/\[.*/, "")))) {
    throw bad(flag, `an argument is missing: ${form}`);
  }
  const spec = argument === null ? { kind } : await withArgument(kind, argument, flag, judgeModel);
  const parsed = GraderSpec.safeParse(spec);
  if (parsed.success) return parsed.data;
  throw bad(flag, parsed.error.issues.map(({ message }) => message).join("; "));
}

async function withArgument(
  kind: GraderKind,
  argument: string,
  flag: string,
  judgeModel: string | undefined,
): Promise<object> {
  if (kind === "equals" || kind === "contains" || kind === "answer")
    return { kind, target: argument };
  if (kind === "regex") return { kind, pattern: argument };
  if (kind === "numeric") return { kind, ...tolerance(argument, flag) };
  if (kind === "choice") return { kind, choices: argument.trim().toUpperCase() };
  if (kind === "agent_exit")
    return { kind, expect: /^\d+$/.test(argument) ? Number(argument) : argument };
  if (kind === "json_schema") return { kind, schema: await readDocument(argument, "schema") };
  if (kind === "judge") {
    if (judgeModel === undefined) {
      throw graderError(
        `--grader ${flag}: which model is to judge?`,
        "name it by --judge-model MODEL",
      );
    }
    return { kind, rubric: await readRubric(argument), model: judgeModel };
  }
  return { kind, command: argument };
}

function tolerance(text: string, flag: string): object {
  const [, number, percent] = /^\s*(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+)\s*(%?)\s*$/i.exec(text) ?? [];
  if (number === undefined) {
    throw bad(flag, `the tolerance is a number such as 0.01, or a share of the target such as 5%`);
  }
  if (percent === "") return { absolute: Number(number) };
  // As a decimal: 14.3 / 100 is not the double 0.143.
  return { relative: /e/i.test(number) ? Number(number) / 100 : Number(`${number}e-2`) };
}

/** The text of a rubric file; MxError 2 where it cannot be read or is empty. */
export async function readRubric(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw graderError(`the rubric cannot be read: ${why}`, "give the path of a text file", error);
  });
  if (text.trim() !== "") return text;
  throw graderError(`the rubric ${path} is empty`, "say in it what to judge by");
}
