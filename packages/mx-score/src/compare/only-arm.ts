import { ExitCode, MxError } from "@mx/cli";
import type { ArmTally } from "./arm-tally.ts";

/**
 * The one model and variant of an arm, null where it has no trial. Throws MxError 2 where there are more: trials of
 * two have the same indexes.
 */
export function onlyArm(name: string, tallies: readonly ArmTally[], hint: string): ArmTally | null {
  if (tallies.length <= 1) return tallies[0] ?? null;
  const shown = tallies
    .slice(0, 5)
    .map(({ model, variant }) => `${model ?? "no model"}/${variant}`);
  const more = tallies.length > shown.length ? ", …" : "";
  throw new MxError(
    `${name} holds ${tallies.length} arms, not one: ${shown.join(", ")}${more} (model/variant)`,
    { code: "mixed_arm", exitCode: ExitCode.usage, hint },
  );
}
