import { workdirOf } from "@mx/backends";
import { MxError } from "@mx/cli";
import { harborTask, taskError, type FoundTask, type TaskFile } from "@mx/formats/tasks";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { checkLink, readFolder } from "../read-folder.ts";

const files = ["task.toml", "task.yaml", "instruction.md"];
const folders = ["environment", "tests", "solution"];
/** Where Harbor's tasks are, unless something says otherwise. */
const usualWorkdir = "/app";

/** Reads a task folder. Throws MxError 65 that names the file for what is wrong with it. */
export function readTaskFolder(path: string): FoundTask {
  const found: TaskFile[] = [];
  const root = realpathSync(path);
  for (const name of files) {
    const file = join(path, name);
    if (!existsSync(file)) continue;
    // What it says goes to a model: whoever made the folder may not choose it from what is on this host.
    found.push({ path: name, bytes: readOwn(file, root), mode: 0o644 });
  }
  for (const name of folders) {
    if (!existsSync(join(path, name))) continue;
    try {
      found.push(
        ...readFolder(checkLink(join(path, name), root)).map((file) => ({
          ...file,
          path: `${name}/${file.path}`,
        })),
      );
    } catch (error) {
      const hint = "links have to stay in their folder; larger files belong into an image";
      throw taskError(join(path, name), (error as Error).message, hint);
    }
  }
  const read = harborTask({ name: basename(resolve(path)), path, files: found });
  return withWorkdir(read, path, found);
}

function readOwn(file: string, root: string): Buffer {
  try {
    if (!statSync(checkLink(file, root)).isFile()) throw new Error("it is no regular file");
    return readFileSync(file);
  } catch (error) {
    throw taskError(file, (error as Error).message, "links have to stay in their folder");
  }
}

/** Where the workspace is: as task.toml says, else as the Dockerfile does, else where it usually is. */
function withWorkdir(read: FoundTask, path: string, found: readonly TaskFile[]): FoundTask {
  const { task, notes } = read;
  if (task.workdir !== undefined) return read;
  const dockerfile = found.find((file) => file.path === "environment/Dockerfile");
  let workdir: string | null = null;
  try {
    if (dockerfile !== undefined)
      workdir = workdirOf(Buffer.from(dockerfile.bytes).toString("utf8"));
  } catch (error) {
    if (!(error instanceof MxError)) throw error;
    throw taskError(`${path}/environment/${error.message}`, null, error.hint ?? "");
  }
  if (workdir !== null) return { ...read, task: { ...task, workdir } };
  const note = `neither task.toml nor a Dockerfile says where it works, so that it does in ${usualWorkdir}`;
  return { ...read, task: { ...task, workdir: usualWorkdir }, notes: [...notes, note] };
}
