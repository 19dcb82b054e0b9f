import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const lookMs = 1_000;

/** A descriptor of another process. */
interface Holder {
  pid: string;
  descriptor: string;
}

/**
 * Calls `gone` once nobody reads the pipe of a descriptor any more, within a second or so. A write would tell at once, but
 * some programs have nothing to write for hours, and the kernel says it to nobody who does not write or poll. So the
 * processes that hold the other end are looked at in /proc. Where that end was never seen (it is no pipe, or another
 * user's process reads it, or there is no /proc) nothing is ever said.
 */
export function watchReader(descriptor: number, gone: () => void): Disposable {
  const pipe = pipeOf("self", String(descriptor));
  let reader = pipe === null ? null : findReader(pipe);
  const timer = setInterval(() => {
    if (pipe === null || reader === null || reads(reader, pipe)) return;
    reader = findReader(pipe);
    if (reader !== null) return;
    clearInterval(timer);
    gone();
  }, lookMs);
  timer.unref();
  if (reader === null) clearInterval(timer);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** A process other than this one that has the reading end of a pipe open. */
function findReader(pipe: string): Holder | null {
  for (const pid of namesIn("/proc")) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    for (const descriptor of namesIn(`/proc/${pid}/fd`)) {
      if (reads({ pid, descriptor }, pipe)) return { pid, descriptor };
    }
  }
  return null;
}

function reads({ pid, descriptor }: Holder, pipe: string): boolean {
  if (pipeOf(pid, descriptor) !== pipe) return false;
  try {
    const info = readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, "latin1");
    // proc(5): octal, and its last two bits are how it was opened: 1 is for writing only.
    const flags = Number.parseInt(/^flags:\s+(\d+)$/m.exec(info)?.[1] ?? "1", 8);
    return (flags & 3) !== 1;
  } catch {
    return false;
  }
}

/** `pipe:[INODE]`; null: it is none, or cannot be seen. */
function pipeOf(pid: string, descriptor: string): string | null {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
    return target.startsWith("pipe:") ? target : null;
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
