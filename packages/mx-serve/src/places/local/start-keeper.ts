import { errorCode } from "@mx/store/error-code";
import { replaceFile } from "@mx/store/replace-file";
import { execFile, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ServerFolder } from "../../servers/server-folder.ts";
import { Keeper, keeperIdentity, openLease } from "./keeper.ts";
import { keeperScript } from "./keeper-script.ts";

export interface KeeperOptions {
  folder: ServerFolder;
  cwd: string;
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
  stopSignal: "SIGTERM" | "SIGINT";
  graceMs: number;
  token: string;
}

/** Starts a server under a keeper that we hold. Its log begins anew; the one before is server.log.1. */
export async function startKeeper(options: KeeperOptions): Promise<Keeper> {
  const { folder, cwd, argv, env, stopSignal, graceMs, token } = options;
  const [script, lease] = [join(folder.path, "keeper.sh"), join(folder.path, "lease")];
  await replaceFile(script, (file) => file.writeFile(keeperScript));
  await Promise.all([lease, join(folder.path, "exit")].map((path) => rm(path, { force: true })));
  await promisify(execFile)("mkfifo", ["-m", "600", lease]);
  await rename(folder.log, `${folder.log}.1`).catch((error: unknown) => {
    if (errorCode(error) !== "ENOENT") throw error;
  });
  const held = openLease(folder.path);
  // Opened here: a keeper that came to it after we were killed would wait for ever.
  const reader = openSync(lease, "r");
  const log = openSync(folder.log, "a", 0o600);
  try {
    const child = spawn(
      "/bin/sh",
      [
        script,
        folder.path,
        stopSignal.slice("SIG".length),
        String(Math.ceil(graceMs / 1000)),
        token,
        ...argv,
      ],
      { cwd, env, detached: true, stdio: ["ignore", log, log, reader] },
    );
    const pid = await new Promise<number>((resolve, reject) => {
      child.once("error", reject).once("spawn", () => resolve(child.pid as number));
    });
    // Whoever waits for the server looks for its process: this program may end before it.
    child.unref();
    const keeper = new Keeper(folder.path, token, keeperIdentity(pid));
    keeper.holdBy(held);
    return keeper;
  } catch (error) {
    closeSync(held);
    throw error;
  } finally {
    closeSync(log);
    closeSync(reader);
  }
}
