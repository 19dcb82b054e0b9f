import type { Cloud } from "../cloud.ts";
import { execCalls } from "./exec-calls.ts";
import { TaskFinder } from "./find-task.ts";
import type { RouterCalls } from "./router-api.ts";
import { sandboxIoCalls } from "./sandbox-io-calls.ts";
import { snapshotCalls } from "./snapshot-calls.ts";
import { stdinCalls } from "./stdin-calls.ts";

/** Every RPC of the task router that is emulated. */
export function routerCalls(cloud: Cloud): RouterCalls {
  const tasks = new TaskFinder(cloud);
  return {
    ...execCalls(cloud, tasks),
    ...stdinCalls(tasks),
    ...sandboxIoCalls(tasks),
    ...snapshotCalls(cloud, tasks),
  };
}
