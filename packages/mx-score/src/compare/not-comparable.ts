import { ExitCode, MxError } from "@mx/cli";
import type { Comparison } from "@mx/records";
import type { Comparability } from "./find-differences.ts";

/** Tasks that the message names per difference. */
const mostTasks = 5;

/** The refusal to compare arms that differ in what they should have in common: names what, and for which tasks. */
export function notComparable(
  { a, b, pairs }: Comparison,
  { differences, counts }: Comparability,
): MxError {
  const found = differences.map((difference) => {
    const what = difference.what.replaceAll("_", " ");
    const tasks = difference.tasks ?? [];
    const count = counts[difference.what] ?? tasks.length;
    const shown = tasks.slice(0, mostTasks).join(", ");
    const more = count > mostTasks ? ", …" : "";
    const where = count === 0 ? "" : ` for ${count} of ${pairs} tasks (${shown}${more})`;
    return `${what} differs${where}: ${difference.a} in ${a.name}, ${difference.b} in ${b.name}`;
  });
  return new MxError(`${a.name} and ${b.name} are not comparable: ${found.join("; ")}`, {
    code: "not_comparable",
    exitCode: ExitCode.badData,
    hint: "run both on the same, or pass --force, which is recorded",
  });
}
