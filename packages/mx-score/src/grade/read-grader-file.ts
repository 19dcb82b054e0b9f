import { GraderSpec } from "@mx/records";
import { dirname, resolve } from "node:path";
import * as z from "zod";
import { graderError } from "./grader-error.ts";
import { readRubric } from "./parse-grader.ts";
import { readDocument } from "./read-document.ts";

/** Fields of each kind: others are mistakes in spelling, which zod would pass over. */
const fields = new Map<string, string[]>(
  GraderSpec.options.map((option) => [option.shape.kind.value, Object.keys(option.shape)]),
);

/**
 * The graders of a YAML or JSON file that holds a list of them. In it, `rubric_file` may stand for `rubric` and
 * `schema_file` for `schema`, relative to the file; a judge without `model` gets `judgeModel`.
 * MxError 2 `bad_grader` names the entry and what is wrong with it.
 */
export async function readGraderFile(
  path: string,
  judgeModel: string | undefined,
): Promise<GraderSpec[]> {
  const list = await readDocument(path, "file of graders");
  if (!Array.isArray(list) || list.length === 0) {
    throw graderError(`${path} holds no list of graders`, "such as: - kind: equals");
  }
  const specs: GraderSpec[] = [];
  for (const [index, entry] of list.entries()) {
    const where = `${path}, grader ${index + 1}`;
    specs.push(await readEntry(entry, dirname(path), where, judgeModel));
  }
  return specs;
}

async function readEntry(
  entry: unknown,
  folder: string,
  where: string,
  judgeModel: string | undefined,
): Promise<GraderSpec> {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    throw graderError(`${where}: not an object`, "such as: - kind: equals");
  }
  const given = await withFiles({ ...(entry as Record<string, unknown>) }, folder, where);
  const known = fields.get(String(given["kind"]));
  if (known === undefined) {
    const kinds = [...fields.keys()].join(", ");
    throw graderError(`${where}: no kind ${JSON.stringify(given["kind"])}`, `kinds: ${kinds}`);
  }
  if (given["kind"] === "judge" && judgeModel !== undefined) given["model"] ??= judgeModel;
  const strange = Object.keys(given).filter((name) => !known.includes(name));
  if (strange.length > 0) {
    const hint = `a ${String(given["kind"])} grader has: ${known.join(", ")}`;
    throw graderError(`${where}: no field ${strange.join(", ")}`, hint);
  }
  const parsed = GraderSpec.safeParse(given);
  if (parsed.success) return parsed.data;
  const problem = z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, " ");
  const isNumber = typeof given["target"] === "number" || typeof given["target"] === "boolean";
  const hint =
    isNumber && given["kind"] !== "json_equals"
      ? "put the target in quotes: it is a text"
      : given["kind"] === "judge" && given["model"] === undefined
        ? "name the model that judges, here or by --judge-model"
        : "correct the file";
  throw graderError(`${where}: ${problem}`, hint);
}

/** The entry with the content of the files that it names. */
async function withFiles(
  { rubric_file: rubric, schema_file: schema, ...rest }: Record<string, unknown>,
  folder: string,
  where: string,
): Promise<Record<string, unknown>> {
  for (const path of [rubric, schema]) {
    if (path === undefined || typeof path === "string") continue;
    throw graderError(`${where}: ${JSON.stringify(path)} is no path`, "give the path as text");
  }
  if (typeof rubric === "string") rest["rubric"] = await readRubric(resolve(folder, rubric));
  if (typeof schema === "string") {
    rest["schema"] = await readDocument(resolve(folder, schema), "schema");
  }
  return rest;
}
