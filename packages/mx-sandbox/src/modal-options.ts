import type { ModalOptions } from "@mx/backends";
import type { Flags } from "./flags.ts";

/** Image of sandboxes in the cloud where neither the task nor --image names one: Debian with the node of mx-agent. */
const defaultImage = "node:22-bookworm";

/** The flags as the Modal backend takes them. `agentSetup`: commands that put agents into every image. */
export function modalOptions(flags: Flags, agentSetup: readonly string[] = []): ModalOptions {
  return {
    app: flags.modalApp,
    environment: flags.modalEnvironment,
    image: flags.image ?? defaultImage,
    setup: [...flags.modalSetup, ...agentSetup],
    cpu: flags.cpu,
    gpu: flags.gpu,
    regions: flags.modalRegion,
    cloud: flags.modalCloud,
    secrets: flags.modalSecret,
    volumes: flags.modalVolume.map((text) => {
      const [name = "", path = "", mode] = text.split(":");
      return { name, path, readOnly: mode === "ro" };
    }),
    waitSeconds: flags.modalWait,
  };
}
