import { ExitCode, MxError } from "@mx/cli";
import {
  endSandboxes,
  ImageStore,
  modalError,
  ownerTag,
  tagNames,
  type ModalConnection,
  type SandboxCreateParams,
  type SdkSandbox,
} from "@mx/backends/modal";
import { randomBytes } from "node:crypto";
import { waitUntilReady } from "../../probe/wait-until-ready.ts";
import type { ServerPlan } from "../../server-plan.ts";
import { fillIn, type Chosen } from "../local/fill-in.ts";
import type { PlaceContext } from "../place.ts";
import { modalEndpoint } from "./modal-endpoint.ts";
import { sandboxCommand, sandboxImage } from "./sandbox-command.ts";
import { sandboxSecrets } from "./sandbox-secrets.ts";
import { SandboxServer } from "./sandbox-server.ts";

/** Port inside where the plan asks for none. */
const usualPort = 8000;
/** Modal ends every sandbox after a day. */
const longestSeconds = 86_400;
/** So long is asked for a tunnel at a time, in ms: it is there once the sandbox has a machine. */
const tunnelMs = 20_000;
/** Name of the tag that tells servers from other sandboxes of mx. */
const serverTag = "mx-serve";

/**
 * Brings a server up in a sandbox of Modal with a tunnel, and waits for its probe. It lives for as long as the plan's
 * timeout says, a day at most; one whose mx-serve was killed is found by `mx-sandbox gc`, one that was detached is not.
 * Nothing is left where this throws.
 */
export async function upSandbox(
  connection: ModalConnection,
  appName: string,
  plan: ServerPlan,
  context: PlaceContext,
): Promise<SandboxServer> {
  const { record } = plan;
  const { key = null, stop, note } = context;
  const started = performance.now();
  const token = randomBytes(8).toString("hex");
  const chosen: Chosen = {
    host: "0.0.0.0",
    port: plan.port ?? usualPort,
    dir: `/tmp/mx-serve-${token}`,
  };
  const tags = {
    [tagNames.run]: record.name,
    [tagNames.trial]: token,
    [serverTag]: record.digest.slice(0, 32),
    // Without an owner it is nobody's leftover: it was meant to stay.
    ...(context.detach ? {} : { [tagNames.owner]: ownerTag() }),
  };
  let server: SandboxServer | null = null;
  let appId: string | null = null;
  try {
    const { sdk, environment } = connection;
    const where = environment === "" ? {} : { environment };
    const app = await sdk.apps.fromName(appName, { ...where, createIfMissing: true });
    appId = app.appId;
    const { tag, setup } = sandboxImage(plan);
    const image = await new ImageStore(connection, app, { setup, note }).image(tag);
    stop.throwIfAborted();
    const params = await createParams(connection, plan, { context, chosen, tags });
    const sandbox = await sdk.sandboxes.create(app, image, params);
    const untilMs = started + plan.startupTimeoutMs;
    const url = await tunnelUrl(connection, sandbox, { port: chosen.port, untilMs, stop });
    const endpoint = modalEndpoint(plan, url, context, {
      app: appName,
      app_id: app.appId,
      environment,
      sandbox_id: sandbox.sandboxId,
    });
    server = new SandboxServer(connection, sandbox, {
      endpoint,
      log: context.folder.log,
      key: key?.value ?? null,
    });
    const running = server;
    const models = await waitUntilReady({
      name: record.name,
      probe: plan.probe,
      target: () => ({ baseUrl: endpoint.base_url, key: key?.value ?? null }),
      timeoutMs: Math.max(1, untilMs - performance.now()),
      ended: running.ended,
      stop,
      note,
      tail: () => running.tail(),
      lastLine: async () => (await running.tail(1)) || null,
    });
    server.endpoint = { ...endpoint, state: "ready", models };
    return server;
  } catch (error) {
    await server?.release().catch(() => {});
    // By its tag and not by its id: one whose creation was not answered is there all the same.
    if (appId !== null) await end(connection, appId, { [tagNames.trial]: token }, note);
    throw stop.aborted ? error : modalError(error, `${record.name} could not be brought up`);
  }
}

async function createParams(
  connection: ModalConnection,
  plan: ServerPlan,
  o: { context: PlaceContext; chosen: Chosen; tags: Record<string, string> },
): Promise<SandboxCreateParams> {
  const { sdk, environment } = connection;
  const { record, infra } = plan;
  const { context, chosen, tags } = o;
  const where = environment === "" ? {} : { environment };
  const fill = (text: string) => fillIn(text, chosen);
  const volumes = await Promise.all(
    Object.entries(infra.volumes).map(async ([path, name]) => {
      const volume = await sdk.volumes.fromName(name, { ...where, createIfMissing: true });
      return [fill(path), volume] as const;
    }),
  );
  const env = Object.entries(record.env).map(([name, value]) => [name, fill(value)]);
  return {
    command: sandboxCommand(plan, chosen),
    encryptedPorts: [chosen.port],
    timeoutMs: Math.min(longestSeconds, infra.timeout_s) * 1000,
    secrets: await sandboxSecrets(connection, plan, context),
    volumes: Object.fromEntries(volumes),
    env: Object.fromEntries(env) as Record<string, string>,
    tags,
    ...(record.gpu === null ? {} : { gpu: `${record.gpu.type}:${record.gpu.count}` }),
    ...(infra.cpu === undefined ? {} : { cpu: infra.cpu }),
    ...(infra.memory_mib === undefined ? {} : { memoryMiB: infra.memory_mib }),
  };
}

/** The address of the sandbox's port, once it has a machine. */
async function tunnelUrl(
  { isEmulator }: ModalConnection,
  sandbox: SdkSandbox,
  { port, untilMs, stop }: { port: number; untilMs: number; stop: AbortSignal },
): Promise<string> {
  for (;;) {
    stop.throwIfAborted();
    try {
      const tunnel = (await sandbox.tunnels(tunnelMs))[port];
      if (tunnel === undefined) throw new Error(`Modal gave no tunnel to port ${port}`);
      // An emulator's tunnels are without TLS.
      return isEmulator ? `http://${tunnel.host}:${tunnel.port}` : tunnel.url;
    } catch (error) {
      if ((error as Error).name !== "SandboxTimeoutError") throw error;
      if (performance.now() < untilMs) continue;
      throw new MxError("Modal had no machine for the sandbox in time", {
        code: "modal_no_machine",
        exitCode: ExitCode.unavailable,
        hint: "try another card with --infra.gpu, or wait longer with --infra.startup_timeout",
        cause: error,
      });
    }
  }
}

async function end(
  { raw }: ModalConnection,
  appId: string,
  tags: Record<string, string>,
  note: (text: string) => void,
): Promise<void> {
  try {
    await endSandboxes(raw, appId, tags);
  } catch (error) {
    note(`a sandbox may be left: ${(error as Error).message}; \`mx-sandbox gc\` ends it`);
  }
}
