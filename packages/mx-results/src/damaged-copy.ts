import { ExitCode, MxError } from "@mx/cli";

/** A run in a volume that is not what mx-sandbox writes: exit 65. */
export function damagedCopy(message: string, cause?: unknown): MxError {
  return new MxError(message, {
    code: "damaged_copy",
    exitCode: ExitCode.badData,
    hint: "mx never writes that; take the run from the machine that ran it",
    cause,
  });
}
