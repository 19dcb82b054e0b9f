import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Cloud } from "../cloud.ts";
import { shortId } from "../grpc/ids.ts";
import { Replies } from "../grpc/replies.ts";
import { invalid, notFound, precondition } from "../grpc/status.ts";
import { copyFolder } from "../image/image-builder.ts";
import { Image } from "../image/image.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { TaskFinder } from "./find-task.ts";
import type { RouterCalls } from "./router-api.ts";

/** Images of a sandbox's files, images put into its folders, its volumes and its network. */
export function snapshotCalls(cloud: Cloud, tasks: TaskFinder): RouterCalls {
  const replies = new Replies();
  return {
    async taskSnapshotFilesystem({ taskId, snapshotId }, call) {
      const sandbox = tasks.live(taskId, call);
      const make = () => snapshot(cloud, sandbox, sandbox.spec.machine.root);
      return { imageId: await replies.once(snapshotId || null, make) };
    },
    async taskSnapshotDirectory({ taskId, path, snapshotId }, call) {
      const sandbox = tasks.live(taskId, call);
      const { hostPath } = sandbox.spec.machine.locate(absolute(path), true);
      if (!existsSync(hostPath)) throw notFound(`no folder ${absolute(path)}`);
      const make = () => snapshot(cloud, sandbox, hostPath);
      return { imageId: await replies.once(snapshotId || null, make) };
    },
    async taskMountDirectory({ taskId, path, imageId }, call) {
      const sandbox = tasks.live(taskId, call);
      await mount(sandbox, absolute(path), imageId === "" ? null : cloud.image(imageId).folder);
      return {};
    },
    async taskUnmountDirectory({ taskId, path }, call) {
      unmount(tasks.live(taskId, call), absolute(path));
      return {};
    },
    async taskReloadVolumes({ taskId }, call) {
      for (const view of tasks.live(taskId, call).spec.views) view.reload();
      return {};
    },
    async taskSetNetworkAccess({ taskId, networkAccess }, call) {
      tasks.live(taskId, call).network = networkAccess ?? null;
      return {};
    },
  };
}

function absolute(path: Uint8Array): string {
  const text = Buffer.from(path).toString().replace(/\/+$/, "");
  if (!text.startsWith("/")) throw invalid(`'${text}' is no absolute path`);
  return text;
}

async function snapshot(cloud: Cloud, sandbox: Sandbox, folder: string): Promise<string> {
  const base = cloud.images.get(sandbox.spec.definition.imageId ?? "") ?? null;
  const image = new Image(shortId("im"), "", [], base);
  image.folder = join(cloud.folder, "images", image.id);
  await copyFolder(folder, image.folder);
  image.state = "built";
  image.timesBuilt = 1;
  cloud.images.set(image.id, image);
  return image.id;
}

/** Puts an image's files where a folder is; what was there comes back when it is unmounted. */
async function mount(sandbox: Sandbox, path: string, files: string | null): Promise<void> {
  if (sandbox.mounted.has(path)) unmount(sandbox, path);
  const { hostPath, readOnly } = sandbox.spec.machine.locate(path, true);
  if (readOnly) throw precondition(`${path} cannot be mounted on`);
  const aside = join(sandbox.spec.folder, `under-${sandbox.mounted.size}-${shortId("mo")}`);
  const wasThere = existsSync(hostPath);
  if (wasThere) renameSync(hostPath, aside);
  mkdirSync(dirname(hostPath), { recursive: true });
  sandbox.mounted.set(path, wasThere ? aside : null);
  if (files === null) mkdirSync(hostPath);
  else await copyFolder(files, hostPath);
}

function unmount(sandbox: Sandbox, path: string): void {
  const aside = sandbox.mounted.get(path);
  if (aside === undefined) throw notFound(`nothing is mounted at ${path}`);
  const { hostPath } = sandbox.spec.machine.locate(path, true);
  rmSync(hostPath, { recursive: true, force: true });
  sandbox.mounted.delete(path);
  if (aside !== null) renameSync(aside, hostPath);
}
