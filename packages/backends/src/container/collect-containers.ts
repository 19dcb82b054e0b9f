import { judgeGarbage, type Garbage, type GarbageRules } from "../garbage.ts";
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
  /** Only those of this run. */
  run?: string | undefined;
  /** Say what would be done. */
  dryRun: boolean;
}

/** Finds the containers that killed processes left, by the labels that every one of mx carries, and removes them. */
export async function* collectContainers(
  env: NodeJS.ProcessEnv,
  options: ContainerGarbageOptions,
): AsyncGenerator<Garbage> {
  const engine = await findEngine(options.engine, env);
  for (const { name, labels, created } of await ownContainers(engine, options.run)) {
    const row = { owner: labels[tagNames.owner], createdAt: created };
    const keep = judgeGarbage(row, options);
    if (keep !== null) {
      yield { id: name, action: "keep", reason: keep };
      continue;
    }
    const reason = `of run ${labels[tagNames.run]}, since ${created.toISOString()}`;
    const action = options.dryRun ? "delete" : await remove(engine, name);
    yield { id: name, action, reason };
  }
}

/** Removes what processes of this host that are gone have left. What cannot be removed now, the next one tries again. */
export async function removeStaleContainers(engine: Engine): Promise<void> {
  const all = await ownContainers(engine, undefined);
  const stale = all.filter(({ labels }) => ownerState(labels[tagNames.owner] ?? "") === "dead");
  await Promise.all(stale.map(({ name }) => remove(engine, name)));
}

async function remove(engine: Engine, name: string): Promise<"delete" | "fail"> {
  return endContainer(engine, name).then(
    () => "delete" as const,
    () => "fail" as const,
  );
}

async function ownContainers(engine: Engine, run: string | undefined): Promise<ContainerState[]> {
  const filter = run === undefined ? tagNames.owner : `${tagNames.run}=${run}`;
  const args = ["ps", "--all", "--quiet", "--no-trunc", "--filter", `label=${filter}`];
  const { exitCode, stdout, stderr } = await engine.run(args);
  if (exitCode !== 0) throw engineError("the containers could not be listed", stderr);
  return containerStates(engine, stdout.toString("utf8").split("\n").filter(Boolean));
}
