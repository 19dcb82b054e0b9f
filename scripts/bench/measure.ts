import { spawn } from "node:child_process";
import { createReadStream, openSync, readFileSync } from "node:fs";

/** The most memory that a process has used so far, in MB, as the kernel counts it. */
function peakMb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** What a program took. */
export interface Measured {
  seconds: number;
  /** Peak memory in MB. */
  peak: number;
}

/** Runs a command on a file as its stdin, through a pipe or as it is. Rejects where it does not exit with 0. */
export async function measure(
  argv: readonly string[],
  input: string,
  {
    env = process.env,
    through = "file",
  }: { env?: NodeJS.ProcessEnv; through?: "file" | "pipe" } = {},
): Promise<Measured> {
  const began = performance.now();
  const [program = "", ...rest] = argv;
  const stdin = through === "pipe" ? "pipe" : openSync(input, "r");
  const child = spawn(program, rest, { env, stdio: [stdin, "ignore", "inherit"] });
  if (child.stdin !== null) createReadStream(input).pipe(child.stdin);
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, peakMb(child.pid ?? 0))), 20);
  const code = await new Promise((resolve, reject) => {
    child.once("exit", resolve).once("error", reject);
  });
  clearInterval(timer);
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
  return { seconds: (performance.now() - began) / 1000, peak };
}
