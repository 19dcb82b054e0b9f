import { mkdirSync } from "node:fs";
import { join, posix } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CallContext } from "nice-grpc";
import type { Cloud } from "../cloud.ts";
import type { Request, SandboxDefinition } from "../control/control-api.ts";
import { longId, shortId } from "../grpc/ids.ts";
import { askToRetry } from "../grpc/retry-policy.ts";
import { alreadyExists, exhausted, invalid, precondition } from "../grpc/status.ts";
import { copyFolder } from "../image/image-builder.ts";
import { VolumeView } from "../volume/volume-view.ts";
import { volumePath } from "../volume/volume.ts";
import type { Mount } from "./machine.ts";
import { Sandbox } from "./sandbox.ts";
import { argumentBytes, mostArgumentBytes } from "./argument-bytes.ts";

/** Modal ends every sandbox after a day. */
const longestSecs = 86_400;

type CreateRequest = Request<"sandboxCreateV2">;

export interface CreateOptions {
  version: 1 | 2;
  /** The call that asks for it, where limits hold; null: Modal itself does. */
  call: CallContext | null;
  /** Absent: it is no container of a function. `mounts` are folders of this machine that it sees besides. */
  container?: { functionId: string; mounts: Mount[]; env: Record<string, string> } | null;
}

/** Makes a sandbox, or the container of a function, of what was asked for, if Modal would; it gets its worker later. */
export async function createSandbox(
  cloud: Cloud,
  request: CreateRequest,
  { version, call, container = null }: CreateOptions,
): Promise<Sandbox> {
  const definition = request.definition ?? {};
  const app = cloud.apps.get(request.appId);
  if (app.stoppedAt !== null) throw precondition(`App ${app.id} is stopped`);
  const image = cloud.image(definition.imageId);
  if (image.state !== "built") throw precondition(`Image ${image.id} is not built`);
  check(definition, version);
  const sources = request.secretSources?.length
    ? request.secretSources
    : (definition.secretIds ?? []).map((secretId) => ({ secretId }));
  const env = { ...image.env, ...cloud.variables(sources), ...container?.env };
  const living = [...cloud.sandboxes.values()].filter(({ result }) => result === null);
  if (
    definition.name &&
    living.some(({ name, spec }) => name === definition.name && spec.appId === app.id)
  ) {
    throw alreadyExists(
      `Sandbox with name '${definition.name}' already exists in App '${app.name}'`,
    );
  }
  if (call !== null) admit(cloud, living.length, call);

  const id = version === 1 ? shortId("sb") : longId("sb");
  const folder = join(cloud.folder, "sandboxes", id);
  const root = join(folder, "root");
  const views = openViews(cloud, definition, folder);
  mkdirSync(root, { recursive: true });
  const sandbox = new Sandbox(
    {
      id,
      taskId: version === 1 ? shortId("ta") : longId("ta"),
      version,
      appId: app.id,
      functionId: container?.functionId ?? null,
      environment: app.environment,
      definition,
      tags: tagsOf(request.tags),
      env,
      workdir: definition.workdir || image.workdir,
      machine: cloud.machines.open({
        root,
        mounts: [
          ...views.map(({ spec }) => ({
            path: spec.path,
            hostPath: spec.folder,
            readOnly: spec.readOnly,
          })),
          ...(container?.mounts ?? []),
        ],
        blockNetwork: isCutOff(definition),
      }),
      views,
      folder,
      trash: cloud.trash,
      clock: cloud.clock,
      commitSecs: cloud.settings.backgroundCommitMs / 1000,
    },
    cloud.newSandboxTime(),
  );
  cloud.sandboxes.set(id, sandbox);
  cloud.tasks.set(sandbox.spec.taskId, sandbox);
  if (image.folder !== null) await copyFolder(image.folder, root);
  return sandbox;
}

/** Waits as long as scheduling takes here, then starts the sandbox. */
export async function schedule(cloud: Cloud, sandbox: Sandbox): Promise<void> {
  const { schedulingDelayMs } = cloud.settings;
  if (schedulingDelayMs > 0) await sleep(schedulingDelayMs, undefined, { ref: false });
  try {
    await sandbox.start();
  } catch (error) {
    const exception = (error as Error).message;
    await sandbox.end({ status: "init_failure", exitcode: 1, exception });
  }
}

/** A list of tags as an object. */
export function tagsOf(tags: Request<"sandboxTagsSet">["tags"] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ tagName = "", tagValue = "" }) => [tagName, tagValue]));
}

function check(definition: SandboxDefinition, version: 1 | 2): void {
  const { resources, timeoutSecs = 0, workdir, entrypointArgs = [] } = definition;
  const gpu = resources?.gpuConfig;
  if (version === 2 && gpu?.gpuType) throw invalid("GPUs are not supported by V2 sandboxes");
  if (timeoutSecs < 0 || timeoutSecs > longestSecs) {
    throw invalid(`timeout must be between 1 and ${longestSecs} seconds, got ${timeoutSecs}`);
  }
  if (workdir && !posix.isAbsolute(workdir))
    throw invalid(`workdir must be absolute, got ${workdir}`);
  if (argumentBytes(entrypointArgs) > mostArgumentBytes) {
    throw invalid(`the command is longer than ${mostArgumentBytes} bytes`);
  }
}

function admit(cloud: Cloud, living: number, call: CallContext): void {
  if (living >= cloud.settings.maxSandboxes) {
    throw exhausted(`the workspace may have ${cloud.settings.maxSandboxes} sandboxes at a time`);
  }
  const waitSecs = cloud.limit.take();
  if (waitSecs === 0) return;
  askToRetry(call, waitSecs);
  throw exhausted("sandboxes are created too fast");
}

function openViews(cloud: Cloud, definition: SandboxDefinition, folder: string): VolumeView[] {
  return (definition.volumeMounts ?? []).map((mount, at) => {
    const { volumeId, mountPath = "", readOnly = false, subPath = "" } = mount;
    if (!posix.isAbsolute(mountPath) || posix.normalize(mountPath) === "/") {
      throw invalid(`a volume cannot be mounted at '${mountPath}'`);
    }
    return new VolumeView({
      volume: cloud.volumes.get(volumeId),
      path: posix.normalize(mountPath).replace(/\/$/, ""),
      folder: join(folder, `volume-${at}`),
      readOnly,
      subPath: volumePath(subPath),
      backgroundCommits: mount.allowBackgroundCommits ?? false,
    });
  });
}

/** True where nothing outside may be reached: the network is blocked, or the list of what may be reached is empty. */
function isCutOff({ networkAccess }: SandboxDefinition): boolean {
  const { networkAccessType = 0, allowedCidrs = [], allowedDomains = [] } = networkAccess ?? {};
  const type = networkAccessType as number;
  return type === 2 || (type === 3 && allowedCidrs.length + allowedDomains.length === 0);
}
