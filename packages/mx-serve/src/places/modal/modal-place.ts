import { ExitCode, MxError } from "@mx/cli";
import {
  DeployedApps,
  failureKind,
  modalError,
  openModalClient,
  type ModalConnection,
} from "@mx/backends/modal";
import type { Endpoint } from "@mx/records";
import { setTimeout as sleep } from "node:timers/promises";
import { probeServer } from "../../probe/probe-server.ts";
import { serverFolder } from "../../servers/server-folder.ts";
import { storedKey } from "../../servers/server-key.ts";
import type { ServerPlan } from "../../server-plan.ts";
import type { Place, PlaceContext, RunningServer } from "../place.ts";
import { modalHandle, type ModalHandle } from "./modal-handle.ts";
import { headersOf } from "./proxy-auth.ts";
import { upSandbox } from "./up-sandbox.ts";

/** App of Modal that mx's sandboxes belong to, where `mx-sandbox gc` looks for what was left. */
const usualApp = "mx-sandbox";
const known = ["environment", "app"];
/** A container that is up may be at work: so long it may take to answer, in ms. */
const probeMs = 20_000;
/** So long the last output of a sandbox may take after its end, in ms. */
const drainMs = 2_000;

/** Servers at Modal: `up` makes a sandbox; what `deploy` has made is found, asked and ended here too. */
export class ModalPlace implements Place {
  readonly name = "modal";

  async up(plan: ServerPlan, context: PlaceContext): Promise<RunningServer> {
    const { options, env } = context;
    const wrong = Object.keys(options).find((name) => !known.includes(name));
    if (wrong !== undefined) throw unknownOption(wrong);
    const connection = await openModalClient(env, { environment: options["environment"] });
    try {
      return await upSandbox(connection, options["app"] ?? usualApp, plan, context);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /**
   * Asks Modal whether it is there, and the server itself where it has a container. A deployed one without a container
   * is what it was, as asking would start one; one that never was ready is asked all the same, and remembered.
   */
  async state(endpoint: Endpoint, { env }: Pick<PlaceContext, "env">): Promise<Endpoint["state"]> {
    const handle = modalHandle(endpoint);
    if (handle === null) return "failed";
    return ask(endpoint, handle, env, async (connection) => {
      const there = await presence(connection, handle);
      if (there === "gone") return endpoint.state === "stopped" ? "stopped" : "failed";
      if (there === "asleep" && endpoint.state === "ready") return "ready";
      const folder = serverFolder(env, endpoint.name);
      const { state } = await probeServer(handle.probe, {
        baseUrl: endpoint.base_url,
        key: await storedKey(folder),
        headers: headersOf(handle.headers_env, env),
        timeoutMs: probeMs,
      });
      if (state === "waiting")
        return there === "asleep" || endpoint.state === "starting" ? "starting" : "failed";
      if (state === "ready" && endpoint.state === "starting")
        await folder.writeEndpoint({ ...endpoint, state });
      return state === "ready" ? "ready" : "failed";
    });
  }

  async stop(endpoint: Endpoint, { env }: Pick<PlaceContext, "env" | "note">): Promise<boolean> {
    const handle = modalHandle(endpoint);
    if (handle === null) return false;
    return ask(endpoint, handle, env, async (connection) => {
      if ((await presence(connection, handle)) === "gone") return false;
      if (handle.sandbox_id !== undefined) await connection.raw.terminate(handle.sandbox_id);
      else await appsOf(connection).stop(handle.app_id);
      return true;
    });
  }

  async *logs(
    endpoint: Endpoint,
    { env, stop }: Pick<PlaceContext, "env" | "stop">,
    follow: boolean,
  ): AsyncGenerator<string> {
    const handle = modalHandle(endpoint);
    if (handle === null) return;
    const { app_id: appId, sandbox_id: sandboxId, environment } = handle;
    const connection = await openModalClient(env, { environment: environment || undefined });
    try {
      const apps = appsOf(connection);
      const until = sandboxId === undefined ? stop : untilEnded(connection, sandboxId, stop);
      if (follow) yield* apps.followLogs({ appId, sandboxId }, until);
      else yield* await apps.recentLogs({ appId, sandboxId });
    } catch (error) {
      throw modalError(error, `the log of ${endpoint.name}`);
    } finally {
      connection.close();
    }
  }
}

/** Whether what a handle names is there, and has a container: asking one that is asleep wakes it, which is paid for. */
async function presence(
  connection: ModalConnection,
  { app_id: appId, sandbox_id: sandboxId }: ModalHandle,
): Promise<"gone" | "asleep" | "awake"> {
  try {
    if (sandboxId !== undefined)
      return (await connection.raw.sandboxEnd(sandboxId)) === null ? "awake" : "gone";
    const app = (await appsOf(connection).list()).find(({ id }) => id === appId);
    if (app === undefined) return "gone";
    return app.containers === 0 ? "asleep" : "awake";
  } catch (error) {
    if (failureKind(error) === "not_found") return "gone";
    throw error;
  }
}

/** Aborts when `stop` does, or some time after a sandbox has ended: so long its last output may take. */
function untilEnded({ raw }: ModalConnection, sandboxId: string, stop: AbortSignal): AbortSignal {
  const over = new AbortController();
  const signal = AbortSignal.any([stop, over.signal]);
  const watch = async () => {
    while (!signal.aborted) {
      const end = await raw.sandboxEnd(sandboxId).catch(() => null);
      await sleep(drainMs, undefined, { signal }).catch(() => {});
      if (end !== null) over.abort();
    }
  };
  void watch();
  return signal;
}

function appsOf({ sdk, environment }: ModalConnection): DeployedApps {
  return new DeployedApps(sdk, environment);
}

/** Does something with a connection of its own. Throws MxError 2 without credentials, 69 where Modal fails. */
async function ask<T>(
  { name }: Endpoint,
  { environment }: ModalHandle,
  env: NodeJS.ProcessEnv,
  work: (connection: ModalConnection) => Promise<T>,
): Promise<T> {
  const connection = await openModalClient(env, { environment: environment || undefined });
  try {
    return await work(connection);
  } catch (error) {
    throw modalError(error, `${name} at Modal`);
  } finally {
    connection.close();
  }
}

function unknownOption(name: string): MxError {
  return new MxError(`--modal.${name}: there is no such option`, {
    code: "unknown_setting",
    exitCode: ExitCode.usage,
    hint: `there are: ${known.map((one) => `--modal.${one}`).join(", ")}`,
  });
}
