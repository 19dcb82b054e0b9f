import type { Cloud } from "../cloud.ts";
import { appCalls } from "./app-calls.ts";
import { authCalls } from "./auth-calls.ts";
import type { ControlCalls } from "./control-api.ts";
import { deployCalls } from "./deploy-calls.ts";
import { environmentCalls } from "./environment-calls.ts";
import { functionCalls } from "./function-calls.ts";
import { imageCalls } from "./image-calls.ts";
import { logCalls } from "./log-calls.ts";
import { mountCalls } from "./mount-calls.ts";
import { sandboxCalls } from "./sandbox-calls.ts";
import { sandboxListCalls } from "./sandbox-list-calls.ts";
import { secretCalls } from "./secret-calls.ts";
import { volumeCalls } from "./volume-calls.ts";
import { volumeFileCalls } from "./volume-file-calls.ts";

/** Every RPC of the control plane that is emulated. */
export function controlCalls(cloud: Cloud): ControlCalls {
  return {
    ...authCalls(cloud),
    ...environmentCalls(cloud),
    ...appCalls(cloud),
    ...deployCalls(cloud),
    ...functionCalls(cloud),
    ...mountCalls(cloud),
    ...imageCalls(cloud),
    ...secretCalls(cloud),
    ...volumeCalls(cloud),
    ...volumeFileCalls(cloud),
    ...sandboxCalls(cloud),
    ...sandboxListCalls(cloud),
    ...logCalls(cloud),
  };
}
