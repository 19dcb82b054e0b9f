import { posix } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import type { BuildPlan } from "../build/plan-build.ts";
import { localPaths, ownFolders } from "./paths.ts";
import { placeOf } from "./places.ts";

/** Where the folders of one local sandbox are. */
export interface LocalFolders {
  workspace: string;
  /** Path inside to name in the scratch folder; none lies in another. */
  names: Map<string, string>;
}

/** The folders of a sandbox whose workspace is at `workdir`, with those that a build wants besides. */
export function localFolders(workdir: string | undefined, plan: BuildPlan | null): LocalFolders {
  const base = plan === null || plan.workdir === "/" ? localPaths.workspace : plan.workdir;
  const workspace = posix.resolve("/", workdir ?? base);
  const root = placeOf(workspace);
  if (root === null) {
    throw new MxError(`the local backend cannot have its workspace at ${workspace}`, {
      code: "workdir_unsupported",
      exitCode: ExitCode.usage,
      hint: "pass --backend container, or give the task a workdir such as /app",
    });
  }
  const names = new Map(ownFolders);
  names.delete(localPaths.workspace);
  if (!names.has(root)) names.set(root, "workspace");
  const folders = [
    ...(plan?.folders ?? []),
    ...(plan?.files ?? []).map(({ path }) => posix.dirname(path)),
  ];
  for (const folder of folders) {
    const place = placeOf(folder);
    if (place !== null && !names.has(place)) names.set(place, `place-${names.size}`);
  }
  return { workspace, names };
}
