import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import { isIn } from "./places.ts";

/**
 * The absolute path of something of the host's that sandboxes are to see at its own path. Throws MxError 2 where there
 * is none, or where a folder of the sandbox would hide it: those are `own`. `root`: it may be the whole file system.
 */
export function hostMount(
  path: string,
  { own, root }: { own: readonly string[]; root: boolean },
): string {
  const absolute = resolve(path);
  const hiding = own.find((folder) => isIn(absolute, folder));
  const isAllowed = root || absolute !== "/";
  if (isAllowed && hiding === undefined && existsSync(absolute)) return absolute;
  throw new MxError(`${absolute} cannot be mounted into sandboxes`, {
    code: "bad_mount",
    exitCode: ExitCode.usage,
    hint:
      hiding === undefined
        ? "there is no such file or folder"
        : `sandboxes have a ${hiding} of their own: move it elsewhere, to /srv or /opt for example`,
  });
}
