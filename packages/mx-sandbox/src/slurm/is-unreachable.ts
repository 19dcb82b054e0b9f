import { MxError } from "@mx/cli";

/** True where Slurm did not answer: what it was asked for may be done or not, and can be asked for again. */
export function isUnreachable(error: unknown): error is MxError {
  return error instanceof MxError && error.code === "slurm_unreachable";
}
