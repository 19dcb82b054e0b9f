import { ExitCode, MxError } from "@mx/cli";
import { type Format } from "./format.ts";
import { formatNames } from "./format-names.ts";
import { formats } from "./formats.ts";
import { fileStart } from "./open-file.ts";

/**
 * Whose results a path holds, told by what is in it. Throws MxError 65 `unknown_format` where no format knows it, and
 * MxError 2 where there is nothing at the path.
 */
export async function detectFormat(path: string): Promise<Format> {
  const start = path === "-" ? null : await fileStart(path);
  for (const format of formats) {
    // Only mx reads stdin.
    if (path === "-" && format.name !== "mx") continue;
    if (await format.detect(path, start)) return format;
  }
  throw new MxError(`${path}: not the results of a system that mx knows`, {
    code: "unknown_format",
    exitCode: ExitCode.badData,
    hint: `name the format, if it is one of these: ${formatNames.join(", ")}`,
  });
}
