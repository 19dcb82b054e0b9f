import { sweTask, taskError, type FoundTask } from "@mx/formats/tasks";
import { readFileSync } from "node:fs";

const hint = "a file of rows is a JSON array, or one JSON object per line";

/** The rows of a file, one after the other: what makes each a task, or throws MxError 65 that names its line. */
export function* readRows(path: string): Generator<() => FoundTask> {
  const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  if (text.trimStart().startsWith("[")) {
    const rows = parse(text, path);
    for (const [index, row] of (rows as unknown[]).entries()) {
      yield () => sweTask(row, `${path}: row ${index + 1}`);
    }
    return;
  }
  for (const [index, line] of text.split("\n").entries()) {
    const where = `${path}:${index + 1}`;
    if (line.trim() !== "") yield () => sweTask(parse(line, where), where);
  }
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw taskError(where, `not JSON: ${(error as Error).message}`, hint);
  }
}
