import { ExitCode, MxError } from "@mx/cli";
import { chmod, lstat, unlink } from "node:fs/promises";
import type { Server } from "node:http";
import { connect, type AddressInfo, type ListenOptions } from "node:net";

/** The longest path that a unix socket can have, in bytes. */
const longestSocketPath = 107;

/** Listens on an address and returns the port. */
export async function listenOnPort(server: Server, host: string, port: number): Promise<number> {
  await listen(server, { host, port }, `port ${port} of ${host}`);
  return (server.address() as AddressInfo).port;
}

/**
 * Listens on a unix socket that everybody may connect to: who can reach it is settled by the folder that it
 * is in. A socket that nobody listens on any more is replaced.
 */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > longestSocketPath) {
    throw cannot(`socket ${path}`, `its path is longer than ${longestSocketPath} bytes`);
  }
  await removeStale(path);
  await listen(server, { path }, `socket ${path}`);
  await chmod(path, 0o666);
}

async function listen(server: Server, options: ListenOptions, what: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(cannot(what, error.message, error)));
    server.listen(options, () => resolve());
  });
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  if (!found.isSocket()) throw cannot(`socket ${path}`, "there is a file that is not a socket");
  if (await answers(path)) throw cannot(`socket ${path}`, "another program listens there");
  await unlink(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
}

function cannot(what: string, why: string, cause?: unknown): MxError {
  return new MxError(`cannot listen on ${what}: ${why}`, {
    code: "cannot_listen",
    exitCode: ExitCode.usage,
    hint: "give another --host, --port or --socket; --port 0 takes a free port",
    cause,
  });
}
