import { ExitCode, MxError } from "@mx/cli";

/** What is wrong with the graders that somebody has given by flag or in a file. */
export function graderError(message: string, hint: string, cause?: unknown): MxError {
  return new MxError(message, { code: "bad_grader", exitCode: ExitCode.usage, hint, cause });
}
