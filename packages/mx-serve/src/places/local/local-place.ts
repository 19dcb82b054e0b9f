import { ExitCode, MxError } from "@mx/cli";
import type { Endpoint } from "@mx/records";
import { hostname } from "node:os";
import { followLog } from "../../servers/follow-log.ts";
import type { ServerPlan } from "../../server-plan.ts";
import { probedState } from "../../probe/probed-state.ts";
import type { Place, PlaceContext, RunningServer } from "../place.ts";
import { keeperOf, localHandle, type LocalHandle } from "./local-handle.ts";
import { LocalServer } from "./local-server.ts";
import { PortWatch } from "./port-watch.ts";
import { startServer } from "./start-server.ts";

/** Servers as processes of this machine. Each has a keeper, which ends it when nobody uses it any more. */
export class LocalPlace implements Place {
  readonly name = "local";

  up(plan: ServerPlan, context: PlaceContext): Promise<RunningServer> {
    return startServer(plan, context);
  }

  async attach(
    endpoint: Endpoint,
    plan: ServerPlan,
    context: PlaceContext,
  ): Promise<RunningServer> {
    const handle = handleOf(endpoint);
    if (plan.port !== null && plan.port !== handle.port)
      throw otherPort(endpoint, handle, plan.port);
    const keeper = keeperOf(handle);
    if (!keeper.hold() || keeper.alive === false) {
      throw new MxError(`${endpoint.name} ended just now`, {
        code: "server_died",
        exitCode: ExitCode.unavailable,
        hint: "the same command again starts another",
      });
    }
    const server = new LocalServer({
      endpoint,
      keeper,
      watch: new PortWatch(handle.port, handle.pid, handle.token),
      log: context.folder.log,
      key: context.key?.value ?? null,
      graceMs: handle.grace_ms,
      hurry: context.hurry ?? new AbortController().signal,
    });
    server.isReady(endpoint);
    if (context.detach) keeper.stay();
    return server;
  }

  async state(endpoint: Endpoint): Promise<Endpoint["state"]> {
    const handle = localHandle(endpoint);
    if (handle === null) return "failed";
    const keeper = keeperOf(handle);
    const { alive } = keeper;
    // Only its own machine can ask it.
    if (alive === null) return endpoint.state;
    if (!alive) return endpoint.state === "stopped" ? "stopped" : "failed";
    // What is ending may answer for a while.
    if (keeper.ending) return "starting";
    const watch = new PortWatch(handle.port, handle.pid, handle.token);
    const { kind } = await watch.owner();
    if (kind === "stranger") return "failed";
    return probedState(endpoint, handle);
  }

  async stop(endpoint: Endpoint, { note }: Pick<PlaceContext, "note">): Promise<boolean> {
    const handle = localHandle(endpoint);
    if (handle === null) return false;
    const keeper = keeperOf(handle);
    const { alive } = keeper;
    if (alive === null) {
      note(`${endpoint.name} runs on ${handle.host}; it can be stopped there only`);
      return false;
    }
    await keeper.end(handle.grace_ms);
    return alive;
  }

  async *logs(
    endpoint: Endpoint,
    { stop, folder }: Pick<PlaceContext, "stop" | "folder">,
    follow: boolean,
  ): AsyncGenerator<string> {
    const handle = localHandle(endpoint);
    const keeper = handle === null ? null : keeperOf(handle);
    const isOver = () => keeper === null || keeper.alive === false;
    yield* followLog(folder.log, { follow, stop, isOver });
  }
}

function handleOf(endpoint: Endpoint): LocalHandle {
  const handle = localHandle(endpoint);
  if (handle !== null && handle.host === hostname()) return handle;
  throw new Error(`${endpoint.name} is no server of ${hostname()}`);
}

function otherPort({ name }: Endpoint, { port }: LocalHandle, wanted: number): MxError {
  return new MxError(`${name} is up on port ${port} and not on ${wanted}`, {
    code: "other_port",
    exitCode: ExitCode.unavailable,
    hint: `leave --port out to use it there, or end it first: mx-serve stop ${name}`,
  });
}
