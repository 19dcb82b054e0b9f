import { ExitCode, MxError } from "@mx/cli";
import type { FoundTask } from "@mx/formats/tasks";
import type { Flags } from "../flags.ts";
import { importTasks, isClosed } from "./import-tasks.ts";

/**
 * The tasks of --tasks, for a run with these flags. Throws MxError 2 where a task that wants no network would have one,
 * and says where one would miss it.
 */
export function readTaskFlags(flags: Flags, note: (text: string) => void): FoundTask[] {
  const skip = (flags as { onBadRecord?: string }).onBadRecord === "skip";
  const found = [...importTasks(flags.tasks, { skip, note })];
  const isOpen = flags.network === "full";
  const closed = found.filter(isClosed);
  if (isOpen && closed.length > 0) {
    throw new MxError(
      `--network full: ${names(closed)} may not reach the internet, as task.toml says (allow_internet, network_mode)`,
      {
        code: "network_forbidden",
        exitCode: ExitCode.usage,
        hint: "leave --network out: sandboxes then reach their model and nothing else",
      },
    );
  }
  const open = found.filter(({ network }) => network === "public");
  if (!isOpen && open.length > 0) {
    note(
      `${names(open)} may use the internet, and does not reach it here: --network full allows it`,
    );
  }
  return found;
}

function names(found: readonly FoundTask[]): string {
  const [first, ...others] = found.map(({ task }) => task.id);
  return others.length === 0 ? `${first}` : `${first} and ${others.length} more`;
}
