import { openBackend, type Limits } from "@mx/backends";
import { MxError } from "@mx/cli";
import { randomUUID } from "node:crypto";
import { checkNode } from "../check-node.ts";
import { failed, notRun, ok, type Finding } from "../finding.ts";
import type { PhaseContext } from "../phase.ts";
import { runProgram } from "../run-program.ts";

/** Limits of the size that runs ask for: what matters here is what would hold them. */
const limits: Limits = {
  memory_bytes: 1 << 30,
  processes: 256,
  open_files: 1024,
  output_bytes: 1 << 20,
  workspace_bytes: 1 << 30,
};

/** prerequisites, --where container: an engine that answers, what it can hold, and the way to a model. */
export async function* prerequisitesContainer({
  env,
  flags,
}: PhaseContext): AsyncGenerator<Finding> {
  yield checkNode();
  yield* checkEngine(env, flags.containerEngine, flags.image);
  const socat = await runProgram("socat", ["-V"], env);
  yield socat === null
    ? failed(
        "socat",
        "there is no socat in PATH: a sandbox could not reach its model",
        "apt-get install socat",
      )
    : ok("socat", /socat version (\S+)/.exec(socat.stdout)?.[1] ?? "of unknown version");
}

async function* checkEngine(
  env: NodeJS.ProcessEnv,
  engine: string | undefined,
  image: string,
): AsyncGenerator<Finding> {
  try {
    const runId = `doctor-${randomUUID().slice(0, 8)}`;
    const container = { engine, image, options: [] };
    await using backend = await openBackend({
      name: "container",
      parallel: 1,
      limits,
      runId,
      env,
      container,
    });
    const { docker, podman } = backend.versions;
    yield ok("engine", docker === undefined ? `podman ${podman}` : `docker ${docker}`);
    const by = (limit: string) => backend.limits[limit]?.enforced_by ?? "nothing";
    yield ok(
      "limits",
      `memory is held by ${by("memory_bytes")}, processes by ${by("processes")}, disk by ${by("workspace_bytes")}`,
    );
  } catch (error) {
    if (!(error instanceof MxError)) throw error;
    yield failed("engine", error.message, error.hint ?? "apt-get install podman");
    yield notRun("limits", "an engine says what it can hold");
  }
}
