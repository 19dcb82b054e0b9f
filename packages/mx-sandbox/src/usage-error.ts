import { ExitCode, MxError } from "@mx/cli";

/** The error for flags, or for a file that a flag names, that are wrong. */
export function usageError(message: string, hint: string): MxError {
  return new MxError(message, { code: "usage", exitCode: ExitCode.usage, hint });
}
