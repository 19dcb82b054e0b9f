import { objectOf, textOf } from "../json-value.ts";

/**
 * The name of a task as job locks have it: of a package `org/name`, else the last part of its path. Takes a task id
 * (models/task/id.py) and a task config (models/trial/config.py, `TaskConfig`). Null where it is neither.
 */
export function taskName(value: unknown): string | null {
  const task = objectOf(value);
  const path = textOf(task?.["path"]);
  if (path !== null) {
    const last = path.split(/[/\\]+/).findLast((part) => part !== "" && part !== ".");
    return last ?? null;
  }
  const name = textOf(task?.["name"]) || null;
  const org = textOf(task?.["org"]);
  return name !== null && org !== null ? `${org}/${name}` : name;
}
