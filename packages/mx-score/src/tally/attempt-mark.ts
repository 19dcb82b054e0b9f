import type { Trial } from "@mx/records";
import type { AttemptMark } from "./task-trials.ts";

const prime = 0x01000193;
const offset = 0x811c9dc5;

/** Goes on with an FNV-1a hash of 32 bits. */
function mix(hash: number, value: number): number {
  return Math.imul(hash ^ value, prime);
}

/** Two characters at a time: this is the most of what counting an attempt costs. */
function mixText(hash: number, text: string): number {
  let mixed = hash ^ text.length;
  const pairs = text.length - 1;
  let at = 0;
  for (; at < pairs; at += 2) {
    mixed = mix(mixed, text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
  }
  return at < text.length ? mix(mixed, text.charCodeAt(at)) : mixed;
}

const bits = new DataView(new ArrayBuffer(8));
let lastRun = "";
let lastRunHash = offset;

/**
 * The mark by which an attempt is known again: run, attempt, when it was started and what came of it, so that a
 * copy of a line counts once, and another result of the same trial is seen to be another one.
 */
export function attemptMark(trial: Trial, reward: number | null): AttemptMark {
  const { key, run_id, started_at, outcome, attempt } = trial;
  if (run_id !== lastRun) {
    lastRun = run_id;
    lastRunHash = mixText(offset, run_id);
  }
  let hash = mixText(lastRunHash, started_at ?? "");
  hash = mix(mixText(hash, outcome), attempt);
  bits.setFloat64(0, reward ?? -1);
  hash = mix(mix(hash, bits.getUint32(0)), bits.getUint32(4) + (reward === null ? 1 : 0));
  // FNV's last steps reach the high bits only.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return { key: Number.parseInt(key.slice(0, 8), 16), attempt: (hash ^ (hash >>> 12)) >>> 0 };
}
