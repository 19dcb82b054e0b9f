import { ExitCode, MxError } from "@mx/cli";
import { stat } from "node:fs/promises";

/** True where there is such a path; a name that can only be meant as one throws MxError 2 where there is not. */
export async function isPath(name: string): Promise<boolean> {
  if ((await stat(name).catch(() => null)) !== null) return true;
  if (!/^\.{0,2}\/|\.(json|jsonl|ndjson|eval|zst|gz)$/.test(name)) return false;
  throw new MxError(`${name}: no such file or folder`, {
    code: "no_such_path",
    exitCode: ExitCode.usage,
    hint: "an arm is a path of results, or the name of a variant or model on stdin",
  });
}
