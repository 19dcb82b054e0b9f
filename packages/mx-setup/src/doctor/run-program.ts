import { execFile } from "node:child_process";

/** What a program printed, and whether it ended well; null: there is no such program. */
export function runProgram(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ isGood: boolean; stdout: string; stderr: string } | null> {
  const { PATH = "/usr/local/bin:/usr/bin:/bin" } = env;
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 20_000, env: { PATH } }, (error, stdout, stderr) => {
      if (error?.code === "ENOENT") resolve(null);
      else resolve({ isGood: error === null, stdout, stderr });
    });
  });
}
