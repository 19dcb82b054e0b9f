import type { Sandbox } from "modal";
import { withDeadline } from "./client/with-deadline.ts";
import { writeStdin } from "./write-stdin.ts";

/** Files are put in and read out within this. */
const wholeMs = 600_000;

/** How a command of mx's own ended. */
export interface PlainResult {
  exitCode: number;
  stdout: Buffer;
  stderr: Buffer;
}

/** Runs a short command of mx's own, without the init: it starts nothing that would have to be ended. */
export async function plainExec(
  sandbox: Sandbox,
  argv: string[],
  stdin: Uint8Array | null,
): Promise<PlainResult> {
  const run = async () => {
    const options = { mode: "binary", workdir: "/", timeoutMs: wholeMs } as const;
    const process = await sandbox.exec(argv, options);
    if (stdin !== null) void writeStdin(process, stdin);
    const [exitCode, stdout, stderr] = await Promise.all([
      process.wait(),
      process.stdout.readBytes(),
      process.stderr.readBytes(),
    ]);
    return { exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) };
  };
  return withDeadline(run(), wholeMs, "files of a sandbox");
}
