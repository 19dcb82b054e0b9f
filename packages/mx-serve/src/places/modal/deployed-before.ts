import { ExitCode, MxError } from "@mx/cli";
import type { DeployedApp, DeployedApps } from "@mx/backends/modal";
import { setTimeout as sleep } from "node:timers/promises";
import { appTags, stateDigest, type AppFile } from "../../modal/app-file.ts";
import type { ServerPlan } from "../../server-plan.ts";
import type { PlaceContext } from "../place.ts";

/** So long a server that keeps state may take to end before its successor comes, in ms; Modal gives it 30 s. */
const endMs = 60_000;
const lookMs = 500;

/** What there is at Modal before a server is deployed. */
export interface DeployedBefore {
  /** It is deployed, from the very same file. */
  isSame: boolean;
  /** There is no app of its name. */
  isNew: boolean;
  /** Ends what must not run beside it. */
  makeRoom(context: Pick<PlaceContext, "stop" | "note">): Promise<void>;
}

/**
 * Looks for the app of a plan. Throws MxError 2 where another's app has its name, or another app of mx-serve has the
 * volumes that it needs for itself: two that write to one database destroy it.
 */
export async function deployedBefore(
  apps: DeployedApps,
  plan: ServerPlan,
  file: AppFile,
): Promise<DeployedBefore> {
  const { name } = plan.record;
  const app = await apps.find(name);
  const tags = app === null ? null : await apps.tags(app.id);
  if (tags !== null && tags[appTags.server] === undefined) throw takenError(name);
  const state = stateDigest(plan);
  if (state !== null) await checkState(apps, name, state);
  return {
    isSame: tags?.[appTags.file] === file.digest,
    isNew: app === null,
    async makeRoom({ stop, note }) {
      if (app === null || state === null) return;
      note(`${name} keeps state: what is deployed is stopped first`);
      await apps.stop(app.id);
      await whenEmpty(apps, app, stop);
    },
  };
}

async function checkState(apps: DeployedApps, name: string, state: string): Promise<void> {
  for (const other of await apps.list()) {
    if (!other.isDeployed || other.name === name) continue;
    const tags = await apps.tags(other.id);
    if (tags[appTags.state] !== state) continue;
    throw new MxError(`${other.name} has the volumes that ${name} keeps its state in`, {
      code: "modal_state_taken",
      exitCode: ExitCode.usage,
      hint: `stop it first: \`mx-serve stop ${other.name}\`, or \`modal app stop ${other.name}\``,
    });
  }
}

/** A stopped app is on no list any more; its containers are on theirs until they have ended. */
async function whenEmpty(apps: DeployedApps, app: DeployedApp, stop: AbortSignal): Promise<void> {
  const until = performance.now() + endMs;
  while ((await apps.containers(app.id)) > 0) {
    stop.throwIfAborted();
    if (performance.now() > until) {
      throw new MxError(`${app.name} was stopped, and still has a container`, {
        code: "modal_still_running",
        exitCode: ExitCode.unavailable,
        hint: "wait for it to end, and deploy again",
      });
    }
    await sleep(lookMs, undefined, { signal: stop }).catch(() => {});
  }
}

function takenError(name: string): MxError {
  return new MxError(`Modal has an app ${name} already, and mx-serve did not make it`, {
    code: "modal_app_taken",
    exitCode: ExitCode.usage,
    hint: `stop it with \`modal app stop ${name}\`, or give --modal-environment`,
  });
}
