import type { FileContent } from "@mx/records";
import { isUtf8 } from "node:buffer";
import type { TaskFile } from "./found-task.ts";

/** A file as a record has it: its text where it is one, else base64; `executable` where its mode or `run` says so. */
export function fileContent({ bytes, mode }: TaskFile, run = false): FileContent {
  const whole = Buffer.from(bytes);
  const executable = run || (mode & 0o100) !== 0;
  const isText = isUtf8(whole) && !whole.includes(0);
  if (!isText) return { base64: whole.toString("base64"), ...(executable && { executable }) };
  const text = whole.toString("utf8");
  return executable ? { text, executable } : text;
}

/** The files below a folder, as records have them, by their path in it; `under` is put before that. */
export function filesBelow(
  files: readonly TaskFile[],
  folder: string,
  { under = "", run }: { under?: string; run?: string } = {},
): Record<string, FileContent> {
  return Object.fromEntries(
    files
      .filter(({ path }) => path.startsWith(`${folder}/`))
      .map((file) => {
        const name = file.path.slice(folder.length + 1);
        return [`${under}${name}`, fileContent(file, name === run)];
      }),
  );
}
