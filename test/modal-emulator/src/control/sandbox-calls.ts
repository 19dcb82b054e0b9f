import { setTimeout as sleep } from "node:timers/promises";
import type { CallContext } from "nice-grpc";
import type { Cloud } from "../cloud.ts";
import { alreadyExists, notFound, precondition } from "../grpc/status.ts";
import { createSandbox, schedule, tagsOf } from "../sandbox/create-sandbox.ts";
import { resultMessage } from "../sandbox/result.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { ControlCalls, Request } from "./control-api.ts";

/** The life of sandboxes, for both of Modal's backends: they differ in their ids, and in who waits for a worker. */
export function sandboxCalls(cloud: Cloud): ControlCalls {
  const metadata = ({ spec, result }: Sandbox) => ({
    appId: spec.appId,
    result: resultMessage(result),
  });
  const access = (sandbox: Sandbox) => ({
    url: cloud.routerUrl,
    jwt: cloud.routerTokens.issue(sandbox.spec.taskId, cloud.settings.routerTokenTtlSecs),
  });
  const wait = async ({ sandboxId, timeout = 0 }: Request<"sandboxWait">, call: CallContext) => {
    const sandbox = cloud.sandbox(sandboxId);
    if (sandbox.result === null && timeout > 0)
      await within(sandbox.whenDone, timeout, call.signal);
    if (sandbox.result !== null) await sandbox.whenDone;
    return { result: resultMessage(sandbox.result), metadata: metadata(sandbox) };
  };
  const terminate = async ({ sandboxId }: Request<"sandboxTerminate">) => {
    const sandbox = cloud.sandbox(sandboxId);
    const existingResult = resultMessage(sandbox.result);
    await sandbox.end({ status: "terminated", exitcode: 137, exception: "" });
    return { existingResult };
  };
  const taskId = async (
    { sandboxId, timeout = 0 }: Request<"sandboxGetTaskId">,
    call: CallContext,
  ) => {
    const sandbox = cloud.sandbox(sandboxId);
    if (!sandbox.scheduled && timeout > 0)
      await within(sandbox.whenScheduled, timeout, call.signal);
    if (sandbox.scheduled) return { taskId: sandbox.spec.taskId };
    return { taskResult: resultMessage(sandbox.result) };
  };
  const tunnels = async ({ sandboxId }: Request<"sandboxGetTunnels">) => ({
    result: { status: 1 as const },
    tunnels: await cloud.sandbox(sandboxId).tunnels.open(),
  });
  const setTags = ({ sandboxId, tags }: Request<"sandboxTagsSetV2">) => {
    cloud.sandbox(sandboxId).tags = tagsOf(tags);
    return {};
  };
  const getTags = ({ sandboxId }: Request<"sandboxTagsGet">) => ({
    tags: tagList(cloud.sandbox(sandboxId).tags),
  });
  return {
    async sandboxCreate(request, call) {
      const sandbox = await createSandbox(cloud, request, { version: 1, call });
      void schedule(cloud, sandbox);
      return { sandboxId: sandbox.id, metadata: metadata(sandbox) };
    },
    async sandboxCreateV2(request, call) {
      const sandbox = await createSandbox(cloud, request, { version: 2, call });
      await schedule(cloud, sandbox);
      return {
        sandboxId: sandbox.id,
        taskId: sandbox.spec.taskId,
        tunnels: await sandbox.tunnels.open(),
        metadata: metadata(sandbox),
        commandRouterAccess: access(sandbox),
      };
    },
    sandboxWait: wait,
    sandboxWaitV2: wait,
    sandboxTerminate: terminate,
    sandboxTerminateV2: terminate,
    sandboxGetTaskId: taskId,
    sandboxGetTaskIdV2: taskId,
    sandboxGetTunnels: tunnels,
    sandboxGetTunnelsV2: tunnels,
    sandboxTagsSet: setTags,
    sandboxTagsSetV2: setTags,
    sandboxTagsGet: getTags,
    sandboxTagsGetV2: getTags,
    sandboxGetCommandRouterAccess: ({ sandboxId }) => access(cloud.sandbox(sandboxId)),
    taskGetCommandRouterAccess({ taskId: id }) {
      const sandbox = cloud.tasks.get(id ?? "");
      if (sandbox === undefined) throw notFound(`Task ${id} not found`);
      return access(sandbox);
    },
    sandboxSetName({ sandboxId, name = "" }) {
      const sandbox = cloud.sandbox(sandboxId);
      if (sandbox.name !== "") throw precondition(`the sandbox has the name '${sandbox.name}'`);
      const others = [...cloud.sandboxes.values()].filter(({ result }) => result === null);
      if (others.some((other) => other.name === name && other.spec.appId === sandbox.spec.appId)) {
        throw alreadyExists(`Sandbox with name '${name}' already exists`);
      }
      sandbox.name = name;
      return {};
    },
  };
}

/** Tags as the protocol lists them. */
export function tagList(tags: Record<string, string>) {
  return Object.entries(tags).map(([tagName, tagValue]) => ({ tagName, tagValue }));
}

async function within(event: Promise<void>, secs: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([over.signal, signal]);
  await Promise.race([event, sleep(secs * 1000, undefined, { signal: either }).catch(() => {})]);
  over.abort();
}
