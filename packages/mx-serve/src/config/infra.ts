import * as z from "zod";
import { GpuText } from "./gpu.ts";

/** What a server runs on: `infra` of the registry, and `--infra.NAME=VALUE`. */
export const Infra = z.strictObject({
  gpu: GpuText.nullable().default(null).describe("graphics cards, such as A100-80GB:2; null: none"),
  gpu_memory_gib: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("memory of one card in GiB; null: as the table of known cards says"),
  timeout: z
    .int()
    .positive()
    .default(7200)
    .describe("how long one container, call or job may run, in s"),
  startup_timeout: z
    .int()
    .positive()
    .default(1800)
    .describe("how long it may take until it answers, in s"),
  scaledown_window: z
    .int()
    .positive()
    .default(900)
    .describe("Modal: idle for so long, it is let go, in s"),
  max_concurrent_inputs: z
    .int()
    .positive()
    .default(999)
    .describe("Modal: calls that one container takes at once"),
  min_containers: z.int().nonnegative().default(0).describe("Modal: containers that always run"),
  max_containers: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Modal: containers at most; null: no limit"),
  cpu: z.number().positive().nullable().default(null).describe("cores; null: the place's default"),
  memory: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("memory in MiB; null: the place's default"),
  image: z.string().min(1).nullable().default(null).describe("image in place of the engine's own"),
  volumes: z
    .record(z.string().startsWith("/"), z.string().min(1))
    .default({})
    .describe("Modal: path -> name of a volume, besides those of the engine"),
  modal_secrets: z
    .array(z.string().min(1))
    .default([])
    .describe("Modal: names of secrets that hold what the server needs"),
});
export type Infra = z.infer<typeof Infra>;
