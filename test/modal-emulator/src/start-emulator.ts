import { createServer, type CallContext } from "nice-grpc";
import { Cloud } from "./cloud.ts";
import { controlCalls } from "./control/control-calls.ts";
import { Emulator } from "./emulator.ts";
import { authenticate } from "./grpc/authenticate.ts";
import { CallLog } from "./grpc/call-log.ts";
import { Faults } from "./grpc/faults.ts";
import { Replies } from "./grpc/replies.ts";
import { serveCalls, type Handler } from "./grpc/serve-calls.ts";
import { modalServices } from "./grpc/service-definitions.ts";
import type { EmulatorOptions, Settings } from "./options.ts";
import { ownFolder } from "./own-folder.ts";
import { routerCalls } from "./router/router-calls.ts";
import { Machines } from "./sandbox/machines.ts";

const credentials = { tokenId: "ak-emulated", tokenSecret: "as-emulated" };

/** No limit on messages; large windows, so that one stream of output is not slow. */
const channelOptions = {
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
  "grpc-node.flow_control_window": 16 * 2 ** 20,
};

/** Starts a Modal on 127.0.0.1: control plane and task router on one port, in plaintext. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const folder = ownFolder();
  const machines = await Machines.find(options.isolation ?? null, folder);
  const settings: Settings = {
    port: 0,
    imageCommands: "run",
    imageBuildMs: 0,
    schedulingDelayMs: 0,
    timeScale: 1,
    createsPerSecond: Infinity,
    maxSandboxes: Infinity,
    tokenTtlSecs: 1200,
    routerTokenTtlSecs: 3600,
    pageSize: 100,
    backgroundCommitMs: 10_000,
    python: "",
    webTimeoutMs: 150_000,
    ...options,
    isolation: machines.isolation,
  };
  const cloud = new Cloud(settings, machines, folder);
  const log = new CallLog();
  const faults = new Faults();
  const services = modalServices();
  const common = { log, faults, replies: new Replies() };
  const server = createServer(channelOptions);
  server.add(
    services.control,
    serveCalls(services.control.methods, controlCalls(cloud) as Record<string, Handler>, {
      ...common,
      authenticate: authenticate(credentials, cloud.controlTokens),
    }) as never,
  );
  server.add(
    services.router,
    serveCalls(services.router.methods, routerCalls(cloud) as Record<string, Handler>, {
      ...common,
      authenticate: (_rpc: string, _call: CallContext) => {}, // a task's token is checked with the task
    }) as never,
  );
  await cloud.blocks.listen();
  const port = await server.listen(`127.0.0.1:${settings.port}`);
  // The SDK wants https here, and dials plaintext all the same, because its control plane is on this machine.
  cloud.routerUrl = `https://127.0.0.1:${port}`;
  return new Emulator({ cloud, server, port, log, faults, credentials });
}
