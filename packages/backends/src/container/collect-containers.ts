import { endGarbage, type Garbage, type GarbageRules } from "../garbage.ts";
import { ownerState, tagNames } from "../modal/owner-tag.ts";
import { containerStates, type ContainerState } from "./container-state.ts";
import { endContainer } from "./end-container.ts";
import type { Engine } from "./engine.ts";
import { engineError } from "./engine-failure.ts";
import { findEngine } from "./find-engine.ts";

/** Which containers are to be removed. */
export interface ContainerGarbageOptions extends GarbageRules {
  /** As in `ContainerOptions`. */
  engine?: string | undefined;
}

/** Finds the containers that killed processes left, by the labels that every one of mx carries, and removes them. */
export async function* collectContainers(
  env: NodeJS.ProcessEnv,
  options: ContainerGarbageOptions,
): AsyncGenerator<Garbage> {
  const engine = await findEngine(options.engine, env);
  const all = await ownContainers(engine, options.run);
  const found = all.map(({ name, labels, created }) => ({
    id: name,
    owner: labels[tagNames.owner],
    run: labels[tagNames.run],
    createdAt: created,
  }));
  yield* endGarbage(found, options, (name) => endContainer(engine, name));
}

/** Removes what processes of this host that are gone have left. What cannot be removed now, the next one tries again. */
export async function removeStaleContainers(engine: Engine): Promise<void> {
  const all = await ownContainers(engine, undefined);
  const stale = all.filter(({ labels }) => ownerState(labels[tagNames.owner] ?? "") === "dead");
  await Promise.allSettled(stale.map(({ name }) => endContainer(engine, name)));
}

async function ownContainers(engine: Engine, run: string | undefined): Promise<ContainerState[]> {
  const filter = run === undefined ? tagNames.owner : `${tagNames.run}=${run}`;
  const args = ["ps", "--all", "--quiet", "--no-trunc", "--filter", `label=${filter}`];
  const { exitCode, stdout, stderr } = await engine.run(args);
  if (exitCode !== 0) throw engineError("the containers could not be listed", stderr);
  return containerStates(engine, stdout.toString("utf8").split("\n").filter(Boolean));
}
