import { existsSync, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { posix } from "node:path";
import type { Readable } from "node:stream";

export interface WatchOptions {
  hostPath: string;
  /** The same folder as a path inside. */
  folder: string;
  recursive: boolean;
  /** Names of events that are wanted; null: all. */
  filter: string[] | null;
  timeoutSecs: number | null;
  /** Watching ends when it does. */
  stdin: Readable;
}

export interface WatchEvent {
  event_type: "Create" | "Modify" | "Remove";
  paths: string[];
}

/** Reports changes in a folder until the time is over or the client closes stdin. */
export async function watchFolder(
  options: WatchOptions,
  report: (event: WatchEvent) => void,
): Promise<void> {
  await stat(options.hostPath);
  const ending = new AbortController();
  const end = () => ending.abort();
  options.stdin.on("end", end).on("close", end).on("error", end).resume();
  const timer = options.timeoutSecs === null ? null : setTimeout(end, options.timeoutSecs * 1000);
  const watcher = watch(options.hostPath, { recursive: options.recursive });
  watcher.on("change", (kind, name) => {
    const path = posix.join(options.folder, String(name));
    const isThere = existsSync(posix.join(options.hostPath, String(name)));
    const type = kind === "change" ? "Modify" : isThere ? "Create" : "Remove";
    if (options.filter?.includes(type) ?? true) report({ event_type: type, paths: [path] });
  });
  await new Promise<void>((resolve) => {
    ending.signal.addEventListener("abort", () => resolve(), { once: true });
    watcher.on("error", () => resolve());
  });
  watcher.close();
  if (timer !== null) clearTimeout(timer);
}
