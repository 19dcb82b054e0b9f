import { MxError } from "@mx/cli";
import { lockHolder, takeLock } from "@mx/store/lock-file";
import type { LockOwner } from "@mx/store/lock-owner";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerFolder } from "./server-folder.ts";

const pauseMs = 250;

/**
 * The right to bring a server up, to join it or to end it. Somebody who brings it up may have it for the whole of a cold
 * start: it is waited for until `stop` aborts, and said so once.
 */
export async function lockServer(
  folder: Pick<ServerFolder, "path" | "name">,
  { stop, note }: { stop: AbortSignal; note: (text: string) => void },
): Promise<AsyncDisposable> {
  const path = join(folder.path, "lock");
  for (let told = false; ; told = true) {
    stop.throwIfAborted();
    try {
      return await takeLock(path, pauseMs);
    } catch (error) {
      if (!(error instanceof MxError) || error.code !== "run_locked") throw error;
      const holder = told ? null : await lockHolder(path);
      if (holder !== null && holder !== "gone") note(waitingText(folder.name, path, holder));
    }
    await sleep(pauseMs, undefined, { signal: stop }).catch(() => {});
  }
}

/** From another machine it cannot be seen whether a process is gone. */
function waitingText(name: string, path: string, { pid, host }: LockOwner): string {
  const who = host === hostname() ? `process ${pid}` : `process ${pid} of ${host}`;
  const more = host === hostname() ? "" : ` (if that is gone, remove ${path})`;
  return `${name} is being brought up or ended by ${who}; waiting for it${more}`;
}
