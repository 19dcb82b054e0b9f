import { MxError } from "@mx/cli";
import type { Endpoint } from "@mx/records";
import { randomUUID } from "node:crypto";
import { waitUntilReady } from "../../probe/wait-until-ready.ts";
import type { ServerPlan } from "../../server-plan.ts";
import type { PlaceContext } from "../place.ts";
import { serverUrl } from "../server-url.ts";
import { startingEndpoint } from "../starting-endpoint.ts";
import { checkPort, choosePort } from "./choose-port.ts";
import { fillIn, type Chosen } from "./fill-in.ts";
import { needProgram } from "./need-program.ts";
import type { Keeper } from "./keeper.ts";
import { localHandle, type LocalHandle } from "./local-handle.ts";
import { LocalServer } from "./local-server.ts";
import { placeFiles } from "./place-files.ts";
import { PortWatch } from "./port-watch.ts";
import { writePgpass } from "./pgpass.ts";
import { serverEnvironment } from "./server-environment.ts";
import { startKeeper } from "./start-keeper.ts";

const host = "127.0.0.1";
/** How long a server may take to end in order, in ms. */
const graceMs = 10_000;
/** The same for one that never was of any use, in ms. */
const quickMs = 2_000;
/** How many free ports are tried where somebody is faster. */
const mostPorts = 5;
/** What programs say of a port that is taken, in Python, Go, C, Rust and Node. */
const portTaken = /address (already )?in use|EADDRINUSE|errno 98\b|os error 98\b|couldn't bind/i;

/** Starts a server on this machine and waits until it is ready; nothing of it is left where this rejects. */
export async function startServer(plan: ServerPlan, context: PlaceContext): Promise<LocalServer> {
  const { record, needs } = plan;
  if (needs !== null) needProgram(needs.program, needs.hint, context.env);
  await placeFiles(context.folder.path, plan.files);
  for (let tries = 1; ; tries += 1) {
    const port = await portFor(plan, context, tries);
    const server = await launch(plan, context, port);
    try {
      return await ready(plan, context, server);
    } catch (error) {
      await server.stop(quickMs);
      const lostPort = error instanceof MxError && (await isPortLost(error, server));
      if (!lostPort || plan.port !== null || tries === mostPorts) throw error;
      context.note(`${record.name}: port ${port} was taken meanwhile; trying another`);
    }
  }
}

/** The port that was asked for; else that of the last time, which others may still have in mind; else a free one. */
async function portFor(plan: ServerPlan, { folder }: PlaceContext, tries: number): Promise<number> {
  if (plan.port !== null) {
    await checkPort(plan.port, plan.record.name);
    return plan.port;
  }
  const before = tries > 1 ? null : await folder.readEndpoint();
  return choosePort(before === null ? null : (localHandle(before)?.port ?? null));
}

async function launch(plan: ServerPlan, context: PlaceContext, port: number): Promise<LocalServer> {
  const { record } = plan;
  const { folder } = context;
  const chosen: Chosen = { host, port, dir: folder.path };
  const key = context.key?.value ?? null;
  const env = await serverEnvironment(plan, context, chosen);
  const argv = record.argv.map((word) => fillIn(word, chosen));
  if (plan.probe.kind === "postgres" && key !== null) await writePgpass(folder.path, plan, key);
  const token = randomUUID();
  const stopSignal = plan.stopSignal ?? "SIGTERM";
  // A command of the user's own names files as seen from where they are.
  const cwd = record.engine === "command" ? process.cwd() : folder.path;
  const keeper = await startKeeper({ folder, cwd, argv, env, stopSignal, graceMs, token });
  const endpoint = endpointOf(plan, context, keeper, { port, token });
  const server = new LocalServer({
    endpoint,
    keeper,
    watch: new PortWatch(port, keeper.identity.pid, token),
    log: folder.log,
    key,
    graceMs,
    hurry: context.hurry ?? new AbortController().signal,
  });
  await folder.writeEndpoint(endpoint);
  return server;
}

function endpointOf(
  plan: ServerPlan,
  context: PlaceContext,
  keeper: Keeper,
  { port, token }: { port: number; token: string },
): Endpoint {
  const handle: Omit<LocalHandle, "key_file" | "probe"> = {
    ...keeper.identity,
    port,
    folder: context.folder.path,
    token,
    grace_ms: graceMs,
  };
  return startingEndpoint(plan, context, { baseUrl: serverUrl(plan, `${host}:${port}`), handle });
}

async function ready(
  plan: ServerPlan,
  context: PlaceContext,
  server: LocalServer,
): Promise<LocalServer> {
  const { endpoint } = server;
  const models = await waitUntilReady({
    name: endpoint.name,
    probe: plan.probe,
    target: () => ({ baseUrl: endpoint.base_url, key: context.key?.value ?? null }),
    timeoutMs: plan.startupTimeoutMs,
    ended: server.ended,
    stop: context.stop,
    note: context.note,
    lastLine: async () => (await server.tail(1)) || null,
    tail: () => server.tail(),
    verify: () => server.checkPort(),
  });
  server.isReady({ ...endpoint, models, state: "ready" });
  await context.folder.writeEndpoint(server.endpoint);
  if (context.detach) server.stay();
  return server;
}

/** True where it is the port that stood in the way. */
async function isPortLost(error: MxError, server: LocalServer): Promise<boolean> {
  if (error.code === "port_lost") return true;
  return error.code === "server_died" && portTaken.test(await server.tail());
}
