import { ExitCode, MxError } from "@mx/cli";

/**
 * The error for a task of another system that is wrong, or that mx does not run; `where` is a file, with its line
 * perhaps; `why` null: it says why already.
 */
export function taskError(where: string, why: string | null, hint: string): MxError {
  return new MxError(why === null ? where : `${where}: ${why}`, {
    code: "bad_task",
    exitCode: ExitCode.badData,
    hint,
  });
}
