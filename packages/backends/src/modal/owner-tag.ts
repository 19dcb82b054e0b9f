import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { mayBeAlive, thisProcess, type ProcessIdentity } from "@mx/cli/process-identity";

/** Names of the tags that every sandbox of mx carries. */
export const tagNames = { run: "mx-run", owner: "mx-owner", trial: "mx-trial" } as const;

/** Who made a sandbox: a process, named so that another process of the same host can tell whether it is alive. */
const ownerPattern = /^(.+)_([0-9a-f]{8})_(\d+)_(\d*)$/;

/** The tag of this process. Letters, digits, `.`, `-` and `_` only, 63 at most: what labels may hold anywhere. */
export function ownerTag(): string {
  const here = thisProcess();
  return `${hostPart()}_${placeDigest(here)}_${here.pid}_${here.started ?? ""}`;
}

/** Whether the process behind a tag is alive: `unknown` for one of another host, and for what is no tag of ours. */
export function ownerState(tag: string): "alive" | "dead" | "unknown" {
  const match = ownerPattern.exec(tag);
  if (match === null || match[1] !== hostPart()) return "unknown";
  const here = thisProcess();
  // Host names repeat, in containers above all: another boot under this name may be another machine, and in
  // another pid namespace the number is another process's.
  if (match[2] !== placeDigest(here)) return "unknown";
  const started = match[4] === "" ? null : (match[4] as string);
  return mayBeAlive({ ...here, pid: Number(match[3]), started }) ? "alive" : "dead";
}

/** The host of a tag's process, for people. */
export function ownerHost(tag: string): string {
  return ownerPattern.exec(tag)?.[1] ?? "another host";
}

function hostPart(): string {
  return hostname()
    .replaceAll(/[^\w.-]/g, "-")
    .slice(0, 30);
}

/** Where a pid means something: one boot of one kernel, and one pid namespace of it. */
function placeDigest({ boot, pid_namespace }: ProcessIdentity): string {
  const place = JSON.stringify([boot, pid_namespace]);
  return createHash("sha256").update(place).digest("hex").slice(0, 8);
}
