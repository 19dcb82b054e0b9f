import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Mount } from "../sandbox/machine.ts";

/** Where isolated containers see the virtual environment: they have a /tmp and a home of their own. */
const inside = "/mx-python";

/** Path of a virtual environment's Python as isolated containers see it. */
export function pythonInside(python: string): string {
  return join(inside, "bin", basename(python));
}

/** The folders that it needs: the environment's, and that of the Python which it was made with. */
export function pythonMounts(python: string): Mount[] {
  const base = dirname(dirname(realpathSync(python)));
  const folders: [path: string, hostPath: string][] = [[inside, dirname(dirname(python))]];
  if (!base.startsWith("/usr")) folders.push([base, base]);
  return folders.map(([path, hostPath]) => ({ path, hostPath, readOnly: true }));
}
