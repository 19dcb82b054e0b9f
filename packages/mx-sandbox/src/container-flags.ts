import type { ContainerOptions } from "@mx/backends";
import * as z from "zod";

/** Which engine it is; shared with `mx-sandbox gc`. */
export const containerPlaceFlags = {
  containerEngine: z
    .string()
    .min(1)
    .optional()
    .describe("docker, podman, or the path of one; default: the first of them that works"),
};

/** What mx-sandbox can be told about containers. */
export const containerFlags = {
  ...containerPlaceFlags,
  containerRuntime: z
    .string()
    .min(1)
    .optional()
    .describe("OCI runtime, by a name or path that the engine knows; default: the engine's own"),
  containerOption: z
    .array(z.string().min(1))
    .default([])
    .describe("argument for the engine's `create`, as in --container-option=--gpus=all"),
};

/** The flags as the container backend takes them. */
export function containerOptions(flags: {
  containerEngine?: string | undefined;
  containerRuntime?: string | undefined;
  containerOption: string[];
  image?: string | undefined;
  cpu?: number | undefined;
}): ContainerOptions {
  return {
    engine: flags.containerEngine,
    runtime: flags.containerRuntime,
    options: flags.containerOption,
    image: flags.image,
    cpu: flags.cpu,
  };
}
