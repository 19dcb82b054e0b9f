import { defineCommand, ExitCode } from "@mx/cli";
import * as z from "zod";
import { containerPlaceFlags } from "./container-flags.ts";
import { modalPlaceFlags } from "./modal-flags.ts";

const flags = z.object({
  backend: z.enum(["container", "modal"]).default("modal").describe("where to look"),
  run: z.string().min(1).optional().describe("only sandboxes of this run"),
  all: z
    .boolean()
    .default(false)
    .describe("also those whose mx-sandbox is alive, or was started on another host"),
  olderThan: z
    .number()
    .nonnegative()
    .default(0)
    .describe("only those that were made so many seconds ago or earlier"),
  dryRun: z.boolean().default(false).describe("say what would be ended, and end nothing"),
  ...containerPlaceFlags,
  ...modalPlaceFlags,
});

/** `mx-sandbox gc` as data. */
export const gc = defineCommand({
  name: "gc",
  summary:
    "End the sandboxes in the cloud, or the containers, that a killed mx-sandbox left behind.",
  description:
    "Sandboxes of Modal, and containers, carry the run and the process that made them. Those whose process is gone are " +
    "ended; the others are kept. Local sandboxes leave nothing behind: the kernel ends them with their mx-sandbox.",
  flags,
  examples: [
    ["mx-sandbox gc --dry-run", "what is left"],
    ["mx-sandbox gc --backend container", "remove containers of processes that are gone"],
    ["mx-sandbox gc --run 20260214-103000-k3f9 --all", "end what runs of one run, whoever made it"],
  ],
  writes: ["resource"],
  async *run(_, given, { env }) {
    const { collectContainers, collectGarbage } = await import("@mx/backends");
    let failed = false;
    const { run, all, dryRun: isDry } = given;
    const which = { run, all, olderThanMs: given.olderThan * 1000, dryRun: isDry };
    const found =
      given.backend === "container"
        ? collectContainers(env, { ...which, engine: given.containerEngine })
        : collectGarbage(env, {
            ...which,
            app: given.modalApp,
            environment: given.modalEnvironment,
          });
    for await (const { id, action, reason } of found) {
      failed ||= action === "fail";
      const dryRun = given.dryRun ? { dry_run: true as const } : {};
      yield { type: "resource", version: 1, kind: "sandbox", name: id, action, ...dryRun, reason };
    }
    return failed ? ExitCode.unavailable : ExitCode.ok;
  },
});
