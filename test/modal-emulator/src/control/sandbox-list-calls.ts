import type { Cloud } from "../cloud.ts";
import { notFound } from "../grpc/status.ts";
import { tagsOf } from "../sandbox/create-sandbox.ts";
import { resultMessage } from "../sandbox/result.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { ControlCalls, Request } from "./control-api.ts";
import { tagList } from "./sandbox-calls.ts";

/** Finding sandboxes: newest first, in pages, the last of which is empty; or by name. */
export function sandboxListCalls(cloud: Cloud): ControlCalls {
  const list = (version: 1 | 2) => (request: Request<"sandboxList">) => {
    const { appId, environmentName, includeFinished = false, beforeTimestamp = 0 } = request;
    const wanted = Object.entries(tagsOf(request.tags));
    const isWanted = (sandbox: Sandbox): boolean =>
      sandbox.spec.version === version &&
      sandbox.spec.functionId === null &&
      (!appId || sandbox.spec.appId === appId) &&
      (!environmentName || sandbox.spec.environment === environmentName) &&
      (includeFinished || sandbox.result === null) &&
      (beforeTimestamp === 0 || sandbox.createdAt < beforeTimestamp) &&
      wanted.every(([name, value]) => sandbox.tags[name] === value);
    const found = [...cloud.sandboxes.values()].filter(isWanted);
    found.sort((a, b) => b.createdAt - a.createdAt);
    return { sandboxes: found.slice(0, cloud.settings.pageSize).map(information) };
  };
  const byName = (request: Request<"sandboxGetFromNameV2">, version: 1 | 2) => {
    const { sandboxName = "", appName = "", includeTerminated = false } = request;
    const environment = cloud.environmentName(request.environmentName);
    const found = [...cloud.sandboxes.values()].filter(
      ({ name, spec }) =>
        name === sandboxName &&
        spec.version === version &&
        spec.environment === environment &&
        cloud.apps.get(spec.appId).name === appName,
    );
    const sandbox =
      found.findLast(({ result }) => result === null) ??
      (includeTerminated ? found.at(-1) : undefined);
    if (sandbox === undefined)
      throw notFound(`Sandbox '${sandboxName}' not found in App '${appName}'`);
    return { sandboxId: sandbox.id };
  };
  return {
    sandboxList: list(1),
    sandboxListV2: list(2),
    sandboxGetFromName: (request) => byName(request, 1),
    sandboxGetFromNameV2: (request) => byName(request, 2),
  };
}

function information({ id, createdAt, spec, tags, name, result, scheduled }: Sandbox) {
  const { definition, taskId } = spec;
  return {
    id,
    createdAt,
    appId: spec.appId,
    tags: tagList(tags),
    name,
    imageId: definition.imageId,
    timeoutSecs: definition.timeoutSecs,
    idleTimeoutSecs: definition.idleTimeoutSecs,
    taskInfo: {
      id: scheduled ? taskId : "",
      startedAt: scheduled ? createdAt : 0,
      result: resultMessage(result),
      sandboxId: id,
    },
  };
}
