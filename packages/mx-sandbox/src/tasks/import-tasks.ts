import { ExitCode, MxError } from "@mx/cli";
import type { FoundTask } from "@mx/formats/tasks";
import { toTask } from "../read-batch.ts";
import { findPlaces, type TaskPlace } from "./find-places.ts";
import { readRows } from "./read-rows.ts";
import { readTaskFolder } from "./read-task-folder.ts";

/** What to do with a task that is wrong, and whom to tell what is not honoured. */
export interface ImportOptions {
  /** Leave out what cannot be read, say so, and count it. */
  skip: boolean;
  note: (text: string) => void;
}

/** The tasks of task folders and files of rows, in the order of their names. Throws MxError 65 for one that is wrong. */
export function* importTasks(
  given: readonly string[],
  { skip, note }: ImportOptions,
): Generator<FoundTask> {
  let left = 0;
  for (const read of given.flatMap(findPlaces).flatMap(readers)) {
    try {
      const found = read();
      toTask(found.task, found.task.id);
      for (const text of found.notes) note(`${found.task.id}: ${text}`);
      yield found;
    } catch (error) {
      if (!skip || !(error instanceof MxError) || error.exitCode !== ExitCode.badData) throw error;
      left += 1;
      note(`left out: ${error.message}`);
    }
  }
  if (left > 0) note(`${left} ${left === 1 ? "task was" : "tasks were"} left out`);
}

/** True for a task that may not reach all of the internet. */
export function isClosed({ network }: FoundTask): boolean {
  return network === "none" || network === "allowlist";
}

function readers({ kind, path }: TaskPlace): (() => FoundTask)[] {
  return kind === "folder" ? [() => readTaskFolder(path)] : [...readRows(path)];
}
