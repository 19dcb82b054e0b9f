import * as z from "zod";
import { timeoutS } from "../flags.ts";

export const flags = z.object({
  where: z
    .enum(["local", "container", "modal"])
    .default("local")
    .describe("sandboxes on this machine, in its containers, or on Modal"),
  allowCost: z
    .boolean()
    .default(false)
    .describe("run what costs money too: model, and on Modal sandbox and gpu"),
  file: z
    .string()
    .min(1)
    .optional()
    .describe("setup file, for the names and services in it [mx.setup.yaml where there is one]"),
  endpoint: z
    .array(
      z
        .string()
        .regex(
          /^[\w.-]+=https?:\/\/.+$/,
          "expected NAME=URL, as in local=http://localhost:8000/v1",
        ),
    )
    .default([])
    .describe("NAME=URL of a model API, besides the file's services; may be repeated"),
  apiKeyEnv: z
    .string()
    .min(1)
    .optional()
    .describe("NAME of the variable with the key for --endpoint; without it, none is sent"),
  model: z
    .string()
    .min(1)
    .optional()
    .describe("the model to call [the first that is named or listed]"),
  environment: z.string().min(1).optional().describe("Modal environment [the file's]"),
  image: z
    .string()
    .min(1)
    .default("debian:bookworm-slim")
    .describe("image of a container, or of a sandbox on Modal"),
  containerEngine: z
    .string()
    .min(1)
    .optional()
    .describe("docker, podman, or the path of one [the first that works]"),
  gpu: z.string().min(1).default("T4").describe("GPU to ask Modal for"),
  timeoutS,
});
export type DoctorFlags = z.infer<typeof flags>;
