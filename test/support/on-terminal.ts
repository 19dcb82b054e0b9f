import { spawn } from "node:child_process";
import { environment } from "./run-bin.ts";

/**
 * Runs a command line with a terminal for stdin, stdout and stderr, and answers each question in turn, once it is on
 * the screen. What was on the screen, and the exit status.
 */
export function onTerminal(
  line: string,
  answers: { question: string; answer: string }[],
  { env, cwd }: { env: Record<string, string>; cwd: string },
): Promise<{ screen: string; exitCode: number | null }> {
  const child = spawn("script", ["-qec", line, "/dev/null"], { env: environment(env), cwd });
  const left = [...answers];
  let screen = "";
  let asked = "";
  child.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString();
    asked += chunk.toString();
    const [next] = left;
    if (next === undefined || !asked.includes(next.question)) return;
    child.stdin.write(next.answer);
    left.shift();
    asked = "";
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ screen: screen.replaceAll("\r\n", "\n"), exitCode }));
  });
}
