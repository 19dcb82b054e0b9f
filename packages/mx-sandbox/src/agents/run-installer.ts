import { spawn } from "node:child_process";

/** An installer that takes longer is ended, in ms. */
const longestMs = 1_200_000;
const tailBytes = 4096;

/** Keys of providers, and what controls mx and its cloud: no installer needs them. */
const kept = (name: string) => !/^(MX_|MODAL_)|_API_KEY$/.test(name);

/**
 * Runs a program that installs something, and gives what it says on stdout. Throws an error with the last that it
 * says on stderr where it fails, or is not there.
 */
export async function runInstaller(
  command: string,
  args: string[],
  { env, stop, cwd }: { env: NodeJS.ProcessEnv; stop: AbortSignal; cwd: string },
): Promise<string> {
  const passed = Object.fromEntries(Object.entries(env).filter(([name]) => kept(name)));
  const child = spawn(command, args, {
    cwd,
    env: passed,
    stdio: ["ignore", "pipe", "pipe"],
    signal: AbortSignal.any([stop, AbortSignal.timeout(longestMs)]),
    killSignal: "SIGKILL",
  });
  let said = "";
  let complained = "";
  child.stdout.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-tailBytes)));
  child.stderr.on(
    "data",
    (chunk: Buffer) => (complained = (complained + chunk.toString()).slice(-tailBytes)),
  );
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => {
      const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
      reject(missing ? new Error(`there is no ${command} here`) : error);
    });
    child.once("close", resolve);
  });
  if (code === 0) return said;
  const why = complained.trim().split("\n").slice(-3).join(" | ");
  throw new Error(`${command} ended with ${code ?? "a signal"}: ${why}`);
}
