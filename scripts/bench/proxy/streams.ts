import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { model, type Peer } from "./peers.ts";
import { freePort } from "../../../test/support/free-port.ts";
import { Program } from "./program.ts";
import type { StreamPlan, StreamResult } from "./stream-load.ts";

const node = [process.execPath, "--import", "tsx"];

/** An API that streams, as its own process. */
export async function streamingUpstream(folder: string, cpu: number): Promise<Program> {
  const port = await freePort();
  const argv = [...node, fileURLToPath(new URL("sse-upstream.ts", import.meta.url)), String(port)];
  return await Program.start({ name: "sse-upstream", argv, cpu, port, folder });
}

/** Reads streams through a peer, from a process of its own. */
export async function readStreams(
  peer: Peer,
  cpu: number,
  plan: Pick<StreamPlan, "concurrent" | "each" | "chunks" | "interval">,
): Promise<StreamResult> {
  const { url, headers } = peer;
  const argument = JSON.stringify({ url, headers, model, ...plan } satisfies StreamPlan);
  const argv = [
    "-c",
    String(cpu),
    ...node,
    fileURLToPath(new URL("stream-load.ts", import.meta.url)),
    argument,
  ];
  const { stdout } = await promisify(execFile)("taskset", argv);
  return JSON.parse(stdout) as StreamResult;
}
