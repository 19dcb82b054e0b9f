import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";

/**
 * The folder that a command is given in, where a word of it names a file or folder there: the same words mean another
 * program elsewhere. null: it is the same from everywhere. A program without a `/` is looked for on PATH.
 */
export function commandFolder(
  [program = "", ...words]: readonly string[],
  folder = process.cwd(),
): string | null {
  // `--config=FILE` names one as well.
  const paths = words.flatMap((word) => [word, word.slice(word.indexOf("=") + 1)]);
  const named = program.includes("/") ? [program, ...paths] : paths;
  const isHere = (path: string) =>
    path !== "" && !isAbsolute(path) && existsSync(resolve(folder, path));
  return named.some((path) => isHere(path)) ? folder : null;
}
