import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "./install-from-npm.ts";
import { runInstaller } from "./run-installer.ts";

/** A larger file in `bin` is no script. */
const mostScriptBytes = 64 * 1024;

/** Installs a package of PyPI into a virtual environment whose Python every sandbox of this host sees. */
export async function installFromPypi(
  { pypi, with: further }: { pypi: string; with: string[] },
  version: string,
  { making, folder }: Place,
  context: { env: NodeJS.ProcessEnv; stop: AbortSignal },
): Promise<void> {
  const run = (command: string, args: string[]) =>
    runInstaller(command, args, { ...context, cwd: making });
  const python = await visiblePython(run);
  // A link to the host's Python would lead out of the folder.
  await run(python, ["-m", "venv", "--copies", making]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
  await run(join(making, "bin/python"), [...pip, `${pypi}==${version}`, ...further]);
  // Scripts say where their Python is, and that it will be elsewhere they cannot know.
  moveScripts(join(making, "bin"), making, folder);
}

/** A Python that lies below /usr, which sandboxes see; one in somebody's home they do not. */
async function visiblePython(run: (command: string, args: string[]) => Promise<string>) {
  const seen: string[] = [];
  for (const python of ["python3", "/usr/local/bin/python3", "/usr/bin/python3"]) {
    const where = await run(python, ["-c", "import sys; print(sys.base_prefix)"]).catch(() => null);
    if (where === null) continue;
    if (/^\/usr(\/|$)/.test(where.trim())) return python;
    seen.push(where.trim());
  }
  const found = seen.length === 0 ? "there is none" : `there is one in ${seen.join(" and ")} only`;
  throw new Error(`it needs a Python below /usr, which sandboxes see: ${found}`);
}

function moveScripts(bin: string, from: string, to: string): void {
  for (const name of readdirSync(bin)) {
    const path = join(bin, name);
    if (!statSync(path).isFile() || statSync(path).size > mostScriptBytes) continue;
    const text = readFileSync(path, "utf8");
    if (text.includes(from)) writeFileSync(path, text.replaceAll(from, to));
  }
}
