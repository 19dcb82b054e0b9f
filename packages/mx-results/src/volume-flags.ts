import { ExitCode, MxError } from "@mx/cli";
import * as z from "zod";

/** The environment of Modal that a volume is looked for in. */
export const modalEnvironment = z
  .string()
  .min(1)
  .optional()
  .describe("environment of Modal; default: $MODAL_ENVIRONMENT, else the workspace's own");

/** What is said where a volume is needed and none is given: exit 2. */
export function volumeMissing(): MxError {
  return new MxError("--volume is missing", {
    code: "usage",
    exitCode: ExitCode.usage,
    hint: "give --volume NAME, as in mx-sandbox --modal-results-volume NAME",
  });
}
