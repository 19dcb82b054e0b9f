import { isTaskFolder } from "@mx/formats/tasks";
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { usageError } from "../usage-error.ts";

/** Where tasks of another system are: a folder of one task, or a file of rows. */
export interface TaskPlace {
  kind: "folder" | "rows";
  path: string;
}

/**
 * The places that a --tasks names: a task folder, a folder of them, a file of rows (.jsonl, .ndjson, .json), or a
 * pattern of such paths. Throws MxError 2 where there is none.
 */
export function findPlaces(given: string): TaskPlace[] {
  const paths = existsSync(given) ? [given] : matching(given);
  if (paths.length === 0) {
    throw usageError(
      `--tasks ${given}: there is no such file or folder`,
      "give a folder with a task.toml in it, a folder of such folders, or a .jsonl file of SWE-bench's rows",
    );
  }
  return paths.flatMap((path) => placesAt(path, paths.length > 1));
}

function placesAt(path: string, isOneOfMany: boolean): TaskPlace[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined && isOneOfMany) return [];
  if (stats?.isDirectory() !== true) {
    if (/\.(jsonl|ndjson|json)$/.test(path)) return [{ kind: "rows", path }];
    if (isOneOfMany) return [];
    throw usageError(`--tasks ${path}: not a .jsonl or .json file of rows`, "or name a folder");
  }
  if (isTaskFolder(readdirSync(path))) return [{ kind: "folder", path }];
  const below = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => join(path, name))
    .filter((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true)
    .filter((folder) => isTaskFolder(readdirSync(folder)))
    .sort();
  if (below.length > 0) return below.map((folder) => ({ kind: "folder", path: folder }));
  if (isOneOfMany) return [];
  throw usageError(
    `--tasks ${path}: there is no task in it`,
    "a task folder has a task.toml, and an instruction.md beside it",
  );
}

/** The paths that a pattern of a shell stands for: `*` and `?` in any of its parts. */
function matching(pattern: string): string[] {
  const parts = pattern.split("/").filter((part, n) => part !== "" || n === 0);
  let found = [parts[0] === "" ? "/" : "."];
  for (const part of parts[0] === "" ? parts.slice(1) : parts) {
    const isPlain = !/[*?]/.test(part);
    const wanted = new RegExp(
      `^${part
        .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".")}$`,
    );
    found = found.flatMap((folder) => {
      if (isPlain) return [join(folder, part)].filter((path) => existsSync(path));
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
      const names = readdirSync(folder).filter(
        (name) => wanted.test(name) && !name.startsWith("."),
      );
      return names.sort().map((name) => join(folder, name));
    });
  }
  return found.filter((path) => basename(path) !== ".");
}
