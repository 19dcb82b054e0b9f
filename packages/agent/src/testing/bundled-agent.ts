import { execFile, spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const packageFolder = resolve(import.meta.dirname, "../..");

/** Bundles mx-agent as `npm run build` does, and puts the one file into an empty folder far from any node_modules. */
export async function bundledAgent() {
  const folder = await mkdtemp(join(tmpdir(), "mx-agent-bundle-"));
  const build = join(folder, "build");
  await mkdir(build);
  for (const name of ["src", "package.json"])
    await symlink(join(packageFolder, name), join(build, name));
  const script = resolve(packageFolder, "../../scripts/bundle.js");
  await promisify(execFile)(process.execPath, [script, "--single"], { cwd: build });
  await mkdir(join(folder, "empty"));
  const file = join(folder, "empty", "mx-agent.js");
  await copyFile(join(build, "dist/main.js"), file);
  await rm(build, { recursive: true });
  return { file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** A run of mx-agent in a folder of its own. `stdin: null` leaves stdin open. */
export async function startAgent(
  file: string,
  url: string,
  args: string[],
  options: { stdin?: string | null; env?: Record<string, string> } = {},
) {
  const cwd = await mkdtemp(join(tmpdir(), "mx-agent-run-"));
  const out = join(cwd, "out");
  const files = [
    "--trajectory",
    join(out, "trajectory.json"),
    "--report",
    join(out, "report.json"),
  ];
  const child = spawn(process.execPath, [file, ...files, ...args], {
    cwd,
    env: {
      PATH: process.env["PATH"],
      OPENAI_BASE_URL: url,
      OPENAI_API_KEY: "sk-very-secret",
      EVAL_MODEL: "m",
      ...options.env,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  child.stdin.on("error", () => {});
  if (options.stdin !== null) child.stdin.end(options.stdin ?? "");
  const ended = new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((done) => {
    child.on("close", (exitCode) => done({ exitCode, stdout, stderr }));
  });
  const json = async (name: string) => JSON.parse(await readFile(join(out, name), "utf8"));
  return {
    child,
    cwd,
    ended,
    report: () => json("report.json"),
    trajectory: () => json("trajectory.json"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
      await rm(cwd, { recursive: true, force: true });
    },
  };
}
