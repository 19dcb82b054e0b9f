import { ExitCode, MxError } from "@mx/cli/errors";

/** A setting that is wrong: exit status 2, with what to do. */
export function settingError(message: string, hint: string, cause?: unknown): MxError {
  return new MxError(message, { code: "bad_setting", exitCode: ExitCode.usage, hint, cause });
}
