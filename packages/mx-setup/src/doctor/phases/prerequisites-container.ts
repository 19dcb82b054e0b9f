import { MxError } from "@mx/cli";
import { checkNode } from "../check-node.ts";
import { checkSocat } from "../check-socat.ts";
import { failed, notRun, ok, type Finding } from "../finding.ts";
import type { PhaseContext } from "../phase.ts";
import { tryLimits } from "../try-limits.ts";

/** prerequisites, --where container: an engine that answers, what it can hold, and the way to a model. */
export async function* prerequisitesContainer({
  env,
  flags,
}: PhaseContext): AsyncGenerator<Finding> {
  yield checkNode();
  yield* checkEngine(env, flags.containerEngine, flags.image);
  yield await checkSocat(env);
}

async function* checkEngine(
  env: NodeJS.ProcessEnv,
  engine: string | undefined,
  image: string,
): AsyncGenerator<Finding> {
  try {
    const container = { engine, image, options: [] };
    const { versions, held } = await tryLimits({ name: "container", env, container });
    const { docker, podman } = versions;
    yield ok("engine", docker === undefined ? `podman ${podman}` : `docker ${docker}`);
    yield ok("limits", held);
  } catch (error) {
    if (!(error instanceof MxError)) throw error;
    yield failed("engine", error.message, error.hint ?? "apt-get install podman");
    yield notRun("limits", "an engine says what it can hold");
  }
}
