import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of the registry and the chat templates that come with mx-serve, from its source as from its bundle. */
export function shippedFolder(): string {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    const folder = join(at, "models");
    if (existsSync(join(folder, "templates"))) return folder;
  }
  throw new Error("mx-serve's folder `models` is not there: the package is not whole");
}
