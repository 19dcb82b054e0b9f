import { mkdtemp, rm, statfs, writeFile, access, constants } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { failed, ok, type Finding } from "../finding.ts";
import type { PhaseContext } from "../phase.ts";

const least = 1 << 30;

/** setup, --where local: the folders that runs write to, and the room in them. */
export async function* setupLocal({ env }: PhaseContext): AsyncGenerator<Finding> {
  yield await checkTemporary();
  yield await checkStore(env);
}

async function checkTemporary(): Promise<Finding> {
  const name = "temporary folder";
  const path = tmpdir();
  try {
    const folder = await mkdtemp(join(path, "mx-doctor-"));
    try {
      await writeFile(join(folder, "probe"), "probe");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return await checkRoom(name, path, "name another with TMPDIR, or make room");
  } catch (error) {
    return failed(name, `${path}: ${(error as Error).message}`, "name another with TMPDIR");
  }
}

/** Where runs are stored; what is not there yet is made by the first run. */
async function checkStore(env: NodeJS.ProcessEnv): Promise<Finding> {
  const name = "store";
  const data = env["XDG_DATA_HOME"] || join(env["HOME"] || homedir(), ".local/share");
  const path = env["MX_HOME"] || join(data, "mx");
  try {
    const there = await nearest(path);
    await access(there, constants.W_OK | constants.X_OK);
    return await checkRoom(name, there, "name another with MX_HOME, or make room", path);
  } catch (error) {
    return failed(name, `${path}: ${(error as Error).message}`, "name another folder with MX_HOME");
  }
}

async function nearest(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    const isThere = await access(folder).then(
      () => true,
      () => false,
    );
    if (isThere || folder === dirname(folder)) return folder;
  }
}

async function checkRoom(name: string, path: string, fix: string, shown = path): Promise<Finding> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  const detail = `${shown}: ${(free / 2 ** 30).toFixed(1)} GiB free`;
  return free >= least ? ok(name, detail) : failed(name, detail, fix);
}
