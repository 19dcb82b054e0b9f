import { ExitCode, MxError } from "@mx/cli";
import { findProgram } from "../local/bubblewrap.ts";
import { Engine } from "./engine.ts";
import { engineError } from "./engine-failure.ts";

const known = ["docker", "podman"] as const;

/** What an engine says of itself; only what is used here. */
interface Version {
  Client?: { Version?: string };
  Server?: { Version?: string; KernelVersion?: string };
}

/** The engine that is asked for, else the first that works. Throws MxError 69 where there is none. */
export async function findEngine(
  wanted: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Engine> {
  const failures: MxError[] = [];
  for (const name of wanted === undefined ? known : [wanted]) {
    const program = name.includes("/") ? name : findProgram(name, env);
    if (program === null) continue;
    try {
      return await tryEngine(program, env);
    } catch (error) {
      if (!(error instanceof MxError)) throw error;
      failures.push(error);
    }
  }
  // What is installed and does not work says more than what is not there.
  if (failures.length > 0) throw failures.at(-1) as MxError;
  throw new MxError(
    wanted === undefined
      ? "there is no container engine here: neither docker nor podman is in PATH"
      : `there is no ${wanted} in PATH`,
    {
      code: "container_engine_missing",
      exitCode: ExitCode.unavailable,
      hint: "install one, such as `apt-get install podman`, or name one with --container-engine PATH; or pass --backend local",
    },
  );
}

async function tryEngine(program: string, env: NodeJS.ProcessEnv): Promise<Engine> {
  const probe = new Engine({ kind: "docker", program, version: "", env });
  const asked = await probe.run(["--version"], { timeoutMs: 30_000 }).catch((error: unknown) => ({
    exitCode: null,
    stdout: Buffer.alloc(0),
    stderr: String(error),
  }));
  const said = asked.stdout.toString("utf8");
  const kind = /^podman version/i.test(said)
    ? "podman"
    : /^docker version/i.test(said)
      ? "docker"
      : null;
  if (kind === null) {
    throw engineError(`${program} is neither docker nor podman`, said + asked.stderr);
  }
  const { exitCode, stdout, stderr } = await probe.run(["version", "--format", "{{json .}}"], {
    timeoutMs: 30_000,
  });
  const version = parse(stdout);
  const found = kind === "podman" ? version.Client?.Version : version.Server?.Version;
  if (exitCode !== 0 || found === undefined) {
    throw engineError(`${program} does not work`, stderr, "container_engine_down");
  }
  return new Engine({ kind, program, version: found, env });
}

function parse(stdout: Buffer): Version {
  try {
    return JSON.parse(stdout.toString("utf8")) as Version;
  } catch {
    return {};
  }
}
