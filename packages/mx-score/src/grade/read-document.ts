import { readFile } from "node:fs/promises";
import { graderError } from "./grader-error.ts";

/** The value of a YAML or JSON file; MxError 2 `bad_grader` where it cannot be read. `what` names it in errors. */
export async function readDocument(path: string, what: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw graderError(
      `the ${what} cannot be read: ${why}`,
      "give the path of a YAML or JSON file",
      error,
    );
  });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // YAML is a superset of JSON, and its parser says better what is wrong.
  }
  // Through `default`: a bundle of CommonJS that is loaded lazily has no other export.
  const { parse } = (await import("yaml")).default;
  try {
    return parse(text) as unknown;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
    throw graderError(`${path} is neither YAML nor JSON: ${why}`, "correct the file", error);
  }
}
