import type { ExecSpec, Sandbox, SandboxFile } from "@mx/backends";
import type { Solution } from "@mx/records";
import { posix } from "node:path";
import { sandboxFiles } from "./sandbox-files.ts";

/** Where a solution's own files are, which are no part of what it leaves behind. */
const solutionFolder = "/solution";

/** Puts a solution's files for the workspace in; how those in /solution are mounted, which only its command sees. */
export async function placeSolution(
  sandbox: Sandbox,
  { files }: Solution,
): Promise<NonNullable<ExecSpec["mounts"]>> {
  const all = sandboxFiles(files);
  const isOwn = ({ path }: SandboxFile) => path.startsWith(`${solutionFolder}/`);
  const own = all
    .filter(isOwn)
    .map((file) => ({ ...file, path: posix.relative(solutionFolder, file.path) }));
  await sandbox.putFiles(all.filter((file) => !isOwn(file)));
  return own.length === 0 ? [] : [{ path: solutionFolder, files: own }];
}
