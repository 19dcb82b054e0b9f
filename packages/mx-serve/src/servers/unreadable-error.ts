import { ExitCode, MxError } from "@mx/cli";

/** A file or folder of $MX_HOME that is there and cannot be read. */
export function unreadableError(path: string, cause: unknown): MxError {
  return new MxError(`cannot read ${path}: ${(cause as Error).message}`, {
    code: "store_unreadable",
    exitCode: ExitCode.unavailable,
    hint: "see whose it is, or set MX_HOME to a folder of your own",
    cause,
  });
}
