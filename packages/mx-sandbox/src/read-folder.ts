import type { SandboxFile } from "@mx/backends";
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

const mostFiles = 5000;
const mostBytes = 32 * 1024 * 1024;

/**
 * The files of a folder, in the order of their paths, as they go into a sandbox. Throws an error that names the
 * path for what cannot go there: a link out of the folder or to a folder, a pipe or device, and more than 5000
 * files or 32 MiB.
 */
export function readFolder(folder: string): SandboxFile[] {
  const root = realpathSync(folder);
  const files: SandboxFile[] = [];
  let bytes = 0;
  const visit = (path: string) => {
    for (const name of readdirSync(path).sort()) {
      const file = join(path, name);
      if (lstatSync(file).isDirectory()) {
        visit(file);
        continue;
      }
      const stats = statSync(checkLink(file, root));
      if (!stats.isFile()) throw new Error(`${file} is no regular file`);
      bytes += stats.size;
      if (files.length >= mostFiles) throw new Error(`it has over ${mostFiles} files`);
      if (bytes > mostBytes) throw new Error(`its files are over ${mostBytes} bytes`);
      const mode = (stats.mode & 0o100) === 0 ? 0o644 : 0o755;
      files.push({ path: relative(root, file), bytes: readFileSync(file), mode });
    }
  };
  visit(root);
  return files;
}

/** The path itself. Throws an error where it is a link that leads out of the folder `root`, which is a real path. */
export function checkLink(file: string, root: string): string {
  const real = realpathSync(file);
  if (real.startsWith(`${root}${sep}`)) return file;
  throw new Error(`${file} leads out of the folder, to ${real}`);
}
