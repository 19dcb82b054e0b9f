import { setTimeout as sleep } from "node:timers/promises";
import type { ModalClient } from "modal";
import * as z from "zod";
import { failureKind } from "./modal-failure.ts";
import { checked } from "./raw.ts";

const callMs = 60_000;
/** Modal ends a stream of logs by itself after this, in s; it is then taken up where it was. */
const streamSecs = 55;
/** So many times in a row a stream may break and say nothing. */
const mostBreaks = 5;
const pauseMs = 1_000;
/** As far back as a log is looked for, in days, the nearest first. */
const lookBackDays = [1 / 24, 1, 30];
/** Most entries of a log that are asked for at once. */
const mostEntries = 2_000;
/** AppState in modal_proto/api.proto: those in which an app may have containers. */
const alive = { ephemeral: 1, detached: 2, deployed: 3 } as const;
/** AppStopSource: the CLI, as for a person who asks. */
const byPerson = 1;

const Anything = z.unknown();
const Apps = z.object({
  apps: z.array(
    z.object({
      appId: z.string().min(1),
      name: z.string(),
      description: z.string(),
      state: z.int(),
      createdAt: z.number(),
      nRunningTasks: z.int(),
    }),
  ),
});
const Tags = z.object({ tags: z.record(z.string(), z.string()) });
const Tasks = z.object({ tasks: z.array(z.object({ taskId: z.string() })) });
const Batch = z.object({
  entryId: z.string(),
  appDone: z.boolean(),
  items: z.array(z.object({ data: z.string() })),
});
const Batches = z.object({ batches: z.array(Batch.pick({ items: true })) });

/** An app that has not been stopped. */
export interface DeployedApp {
  id: string;
  name: string;
  /** False: it belongs to a client that runs, or to sandboxes. */
  isDeployed: boolean;
  /** Containers that it has now. */
  containers: number;
}

/** Whose log it is: an app's, or that of one of its sandboxes. */
export interface LogSource {
  appId: string;
  sandboxId?: string | undefined;
}

/** Apps of an environment: what the SDK can look up by name and cannot list, stop or read the logs of. */
export class DeployedApps {
  readonly #sdk: ModalClient;
  readonly #environment: string;

  /** `environment` empty: the workspace's default. */
  constructor(sdk: ModalClient, environment: string) {
    this.#sdk = sdk;
    this.#environment = environment;
  }

  async list(): Promise<DeployedApp[]> {
    const call = this.#sdk.cpClient.appList({ environmentName: this.#environment });
    const { apps } = await checked(Apps, call, "apps", callMs);
    return apps
      .filter(({ state }) => Object.values<number>(alive).includes(state))
      .map(({ appId, name, description, state, nRunningTasks }) => ({
        id: appId,
        name: name === "" ? description : name,
        isDeployed: state === alive.deployed,
        containers: nRunningTasks,
      }));
  }

  /** The deployed app of a name; null where there is none. */
  async find(name: string): Promise<DeployedApp | null> {
    const found = (await this.list()).filter((app) => app.isDeployed && app.name === name);
    return found.at(-1) ?? null;
  }

  async tags(appId: string): Promise<Record<string, string>> {
    const call = this.#sdk.cpClient.appGetTags({ appId });
    return (await checked(Tags, call, `tags of ${appId}`, callMs)).tags;
  }

  /** How many containers an app has, also one that was stopped. */
  async containers(appId: string): Promise<number> {
    const environmentName = this.#environment;
    const call = this.#sdk.cpClient.taskList({ environmentName, appId });
    return (await checked(Tasks, call, `containers of ${appId}`, callMs)).tasks.length;
  }

  /** Ends an app with all its containers; its name is free again. */
  async stop(appId: string): Promise<void> {
    const call = this.#sdk.cpClient.appStop({ appId, source: byPerson });
    await checked(Anything, call, `end of ${appId}`, callMs);
  }

  /**
   * The address of a method of a class that is a web server, as Modal has given it; null where there is none, or no such
   * app. `method` null: `name` is a function.
   */
  async webUrl(app: string, name: string, method: string | null): Promise<string | null> {
    const where = this.#environment === "" ? {} : { environment: this.#environment };
    try {
      if (method === null) {
        const found = await this.#sdk.functions.fromName(app, name, where);
        return (await found.getWebUrl()) ?? null;
      }
      const found = await this.#sdk.cls.fromName(app, name, where);
      const instance = await found.instance();
      return (await instance.method(method).getWebUrl()) ?? null;
    } catch (error) {
      if (failureKind(error) === "not_found") return null;
      throw error;
    }
  }

  /** The newest entries of a log, oldest first; each ends where its program ended it. */
  async recentLogs(source: LogSource): Promise<string[]> {
    const until = new Date();
    for (const days of lookBackDays) {
      const since = new Date(until.getTime() - days * 86_400_000);
      const asked = { ...logSource(source), since, until, limit: mostEntries };
      const call = this.#sdk.cpClient.appFetchLogs(asked);
      const { batches } = await checked(Batches, call, `log of ${source.appId}`, callMs);
      const entries = batches.flatMap(({ items }) => items.map(({ data }) => data));
      const kept = entries.filter((data) => data !== "");
      if (kept.length > 0) return kept;
    }
    return [];
  }

  /** A log as it grows, until the app is stopped or `signal` aborts. A stream that breaks is taken up. */
  async *followLogs(source: LogSource, signal: AbortSignal): AsyncGenerator<string> {
    let lastEntryId = "";
    for (let breaks = 0; !signal.aborted;) {
      const asked = { ...logSource(source), timeout: streamSecs, lastEntryId };
      try {
        for await (const reply of this.#sdk.cpClient.appGetLogs(asked, { signal })) {
          const { entryId, items, appDone } = Batch.parse(reply);
          breaks = 0;
          if (entryId !== "") lastEntryId = entryId;
          for (const { data } of items) if (data !== "") yield data;
          if (appDone) return;
        }
      } catch (error) {
        if (signal.aborted) return;
        breaks += 1;
        if (breaks > mostBreaks || failureKind(error) !== "unavailable") throw error;
        await sleep(pauseMs, undefined, { signal }).catch(() => {});
      }
    }
  }
}

function logSource({ appId, sandboxId }: LogSource) {
  return sandboxId === undefined ? { appId } : { appId, sandboxId };
}
