import { chmodSync, copyFileSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { execa } from "execa";
import { placeTools } from "../local/place-tools.ts";
import type { Tool } from "../sandbox.ts";
import { containerPaths } from "./container-paths.ts";

/** A program of the host in a container: how it is called there, as words of a shell. */
export interface Carried {
  words: string;
}

/**
 * Puts programs of the host, with the loader and the libraries that they run with, into the folder that containers see
 * as /mx/bin. They run in any image so, also in one with another C library or none, and nothing in an image gets to
 * see those libraries.
 */
export async function carryPrograms(
  folder: string,
  programs: { node: string; socat: string | null },
  tools: Tool[],
): Promise<{ socat: string | null }> {
  placeTools(folder, tools);
  const lib = join(folder, "lib");
  mkdirSync(lib);
  chmodSync(lib, 0o755);
  const node = await carry(lib, "node", programs.node);
  const wrapper = join(folder, "node");
  writeFileSync(wrapper, `#!/bin/sh\nexec ${node.words} "$@"\n`);
  chmodSync(wrapper, 0o755);
  const socat = programs.socat === null ? null : await carry(lib, "socat", programs.socat);
  return { socat: socat?.words ?? null };
}

async function carry(lib: string, name: string, path: string): Promise<Carried> {
  const inside = `${containerPaths.bin}/lib`;
  const { loader, libraries } = await librariesOf(path);
  placeTools(join(lib, name), [{ name, hostPath: path }]);
  const program = `${inside}/${name}/${name}`;
  for (const library of libraries) put(lib, library);
  if (loader === null) return { words: program };
  put(lib, loader);
  return { words: `${inside}/${basename(loader)} --library-path ${inside} ${program}` };
}

function put(lib: string, path: string): void {
  const to = join(lib, basename(path));
  copyFileSync(realpathSync(path), to);
  chmodSync(to, 0o755);
}

/** The loader and the libraries of a program, as `ldd` has them; none where it is linked statically. */
async function librariesOf(path: string): Promise<{ loader: string | null; libraries: string[] }> {
  const ended = await execa("ldd", [path], { reject: false });
  const stdout = ended.stdout ?? ""; // there may be no ldd
  const libraries = [...stdout.matchAll(/=> (\/\S+)/g)].map(([, found]) => found as string);
  const loader = /^\s*(\/\S+) \(0x/m.exec(stdout)?.[1] ?? null;
  return { loader, libraries: libraries.filter((library) => library !== loader) };
}
