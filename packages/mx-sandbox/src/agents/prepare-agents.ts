import type { Arm } from "../arm.ts";
import type { Flags } from "../flags.ts";
import { imageAgent } from "./image-agent.ts";
import { installAgent, isInstallable, type InstallContext } from "./install-agent.ts";

/** Where the agents of a run are, for its backend. */
export interface PreparedAgents {
  /** Folder of each installed agent as its sandboxes see it, by the digest of its adapter. */
  folders: Map<string, string>;
  /** Folders of this host that sandboxes have to see. */
  mounts: string[];
  /** Commands that put them into every image. */
  imageSetup: string[];
}

/** Installs what the arms need: on this host, or as commands for images where sandboxes are not on it. */
export async function prepareAgents(
  arms: readonly Arm[],
  { backend }: Pick<Flags, "backend">,
  context: InstallContext,
): Promise<PreparedAgents> {
  const prepared: PreparedAgents = { folders: new Map(), mounts: [], imageSetup: [] };
  for (const { loaded } of arms) {
    if (loaded === null || !isInstallable(loaded.adapter) || prepared.folders.has(loaded.digest)) {
      continue;
    }
    if (backend === "modal") {
      const { folder, commands } = imageAgent(loaded.adapter);
      prepared.folders.set(loaded.digest, folder);
      prepared.imageSetup.push(...commands);
      continue;
    }
    const folder = await installAgent(loaded.adapter, context);
    prepared.folders.set(loaded.digest, folder);
    prepared.mounts.push(folder);
  }
  return prepared;
}
