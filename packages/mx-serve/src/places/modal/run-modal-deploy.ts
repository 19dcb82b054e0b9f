import { ExitCode, MxError } from "@mx/cli";
import { execa } from "execa";

/** So many of its last lines are in an error. */
const lastLines = 12;
/** How long it may take to end after a signal, in ms. */
const graceMs = 10_000;

export interface DeployOptions {
  /** The `modal` program: a path, or a name on $PATH. */
  program: string;
  /** Environment of Modal; empty: the default. */
  environment: string;
  env: NodeJS.ProcessEnv;
  /** Aborts to end it. */
  stop: AbortSignal;
  /** Told each line that it writes. */
  note: (text: string) => void;
}

/**
 * Runs `modal deploy FILE`. Throws MxError 69 with its last lines where it fails, 2 where there is no such program, and
 * the reason of `stop` where that aborts.
 */
export async function runModalDeploy(
  file: string,
  { program, environment, env, stop, note }: DeployOptions,
): Promise<void> {
  stop.throwIfAborted();
  const args = ["deploy", ...(environment === "" ? [] : ["--env", environment]), file];
  const child = execa(program, args, {
    // Of a terminal's width and colours nothing is to be in the lines.
    env: { ...env, NO_COLOR: "1", TERM: "dumb", COLUMNS: "200", PYTHONUNBUFFERED: "1" },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    all: true,
    buffer: false,
    cancelSignal: stop,
    forceKillAfterDelay: graceMs,
  });
  const tail: string[] = [];
  const follow = async () => {
    for await (const line of child.iterable({ from: "all" })) {
      if (line.trim() === "") continue;
      note(`modal: ${line}`);
      if (tail.push(line) > lastLines) tail.shift();
    }
  };
  // Lines may break off where the program cannot be run: its result says why.
  const [result] = await Promise.all([child, follow().catch(() => {})]);
  stop.throwIfAborted();
  if (!result.failed) return;
  if (result.code === "ENOENT" || result.code === "EACCES") throw noProgram(program, result.cause);
  const how =
    result.exitCode === undefined ? result.shortMessage : `exit status ${result.exitCode}`;
  throw new MxError(`modal deploy failed (${how}); it ends with:\n${tail.join("\n")}`, {
    code: "modal_deploy_failed",
    exitCode: ExitCode.unavailable,
    hint: `the file that it was given is ${file}`,
    cause: result,
  });
}

function noProgram(program: string, cause: unknown): MxError {
  return new MxError(`${program}: there is no such program, and deploying needs Modal's own`, {
    code: "no_modal_program",
    exitCode: ExitCode.usage,
    hint: "install it with `pip install modal` or `uv tool install modal`, or name it with --modal PATH",
    cause,
  });
}
