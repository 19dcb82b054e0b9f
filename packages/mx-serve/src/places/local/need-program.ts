import { ExitCode, MxError } from "@mx/cli";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** Throws MxError 69 `no_program` where a program is neither a file of that path nor on $PATH. */
export function needProgram(name: string, hint: string, env: NodeJS.ProcessEnv): void {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const files = name.includes("/") ? [resolve(name)] : folders.map((folder) => join(folder, name));
  if (files.some(isProgram)) return;
  throw new MxError(`${name} is not on this machine`, {
    code: "no_program",
    exitCode: ExitCode.unavailable,
    hint,
  });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
