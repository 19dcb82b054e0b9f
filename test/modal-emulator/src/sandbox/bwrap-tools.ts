import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** The programs that isolation takes, and the host's folders that every sandbox sees, read-only. */
export interface BwrapTools {
  bwrap: string;
  nsenter: string;
  /** True where the emulator runs as an ordinary user, so that a sandbox needs a user namespace. */
  userNamespace: boolean;
  shared: readonly string[];
}

/** The tools, or the name of the first that is missing. */
export function findBwrapTools(path: string): BwrapTools | string {
  const bwrap = find("bwrap", path);
  const nsenter = find("nsenter", path);
  if (bwrap === null) return "bwrap";
  if (nsenter === null) return "nsenter";
  const shared = ["/usr", "/etc"];
  const node = dirname(dirname(realpathSync(process.execPath)));
  if (!node.startsWith("/usr") && node !== "/") shared.push(node);
  return { bwrap, nsenter, userNamespace: process.getuid?.() !== 0, shared };
}

/** A program's file, or null. */
export function find(name: string, path: string): string | null {
  for (const folder of path.split(":")) {
    const file = join(folder, name);
    if (folder === "" || !existsSync(file)) continue;
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      continue; // not for us to run
    }
  }
  return null;
}
