import { readFile } from "node:fs/promises";

/** A setup file to begin with. (From here as from a bundle's chunk, the folder is two above.) */
export function exampleText(name: string): Promise<string> {
  return readFile(new URL(`../../examples/${name}.yaml`, import.meta.url), "utf8");
}
