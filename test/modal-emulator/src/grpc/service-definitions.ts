import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import type { ServiceDefinition } from "nice-grpc";
import * as z from "zod";

/** One RPC, as the SDK's generated code describes it. */
export interface MethodDefinition {
  name: string;
  requestStream: boolean;
  responseStream: boolean;
}

/** The two gRPC services of Modal, taken from the installed SDK. */
export interface ModalServices {
  /** modal.client.ModalClient: the control plane. */
  control: ServiceDefinition & { methods: Record<string, MethodDefinition> };
  /** modal.task_command_router.TaskCommandRouter: what happens inside a sandbox. */
  router: ServiceDefinition & { methods: Record<string, MethodDefinition> };
}

/**
 * The generated parts of `modal/dist/index.js`, between the comments that its bundler wrote. They import nothing, and the
 * SDK exports neither them nor the .proto files that they were made from.
 */
const regions = [
  ["// node_modules/@bufbuild/protobuf/dist/esm/wire/varint.js", "\n// src/errors.ts"],
  ["// proto/modal_proto/task_command_router.ts", "\n// src/task_command_router_client.ts"],
] as const;

const Service = z.object({
  name: z.string(),
  fullName: z.string(),
  methods: z.record(z.string(), z.object({ name: z.string() }).loose()),
});
const Services = z.object({ control: Service, router: Service });

let services: ModalServices | null = null;

/** The services that the installed SDK speaks. Throws where the SDK's file is not laid out as that of 0.11.1. */
export function modalServices(): ModalServices {
  return (services ??= evaluate(readFileSync(sdkFile(), "utf8")));
}

/** The SDK's version, from its package.json. */
export function sdkVersion(): string {
  const text = readFileSync(join(dirname(sdkFile()), "..", "package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

/** What an SDK's file says about the services. */
export function evaluate(source: string): ModalServices {
  const code = regions.map(([from, to]) => between(source, from, to)).join("\n");
  const script = new Script(
    `(() => { "use strict"; ${code}\nreturn { control: ModalClientDefinition, router: TaskCommandRouterDefinition }; })()`,
    { filename: "modal-services.js" },
  );
  const found: unknown = script.runInThisContext();
  Services.parse(found);
  return found as ModalServices;
}

function sdkFile(): string {
  return join(dirname(createRequire(import.meta.url).resolve("modal")), "index.js");
}

function between(source: string, from: string, to: string): string {
  const start = source.indexOf(from);
  const end = start < 0 ? -1 : source.indexOf(to, start);
  if (end < 0) {
    throw new Error(
      `modal/dist/index.js is not laid out as that of modal 0.11.1: no ${JSON.stringify(start < 0 ? from : to)}`,
    );
  }
  return source.slice(start, end);
}
