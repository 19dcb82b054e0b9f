import { ExitCode, MxError } from "@mx/cli";
import { createServer } from "node:net";
import { holdersOf, listeningInodes } from "./listeners.ts";

/** A port of loopback that nobody listens on just now: the one that is preferred, where it is free. */
export async function choosePort(preferred: number | null): Promise<number> {
  if (preferred !== null) {
    const same = await bind(preferred);
    if (same !== null) return same;
  }
  const port = await bind(0);
  if (port === null) throw new Error("the system has no free port");
  return port;
}

/** Throws MxError 69 `port_taken`, with who has it, where somebody listens on a port. */
export async function checkPort(port: number, name: string): Promise<void> {
  if ((await bind(port)) !== null) return;
  const [who] = await holdersOf((await listeningInodes(port)) ?? []);
  const by = who === undefined ? "another process" : `${who.name} (process ${who.pid})`;
  throw new MxError(`${name} cannot have port ${port}: it is taken by ${by}`, {
    code: "port_taken",
    exitCode: ExitCode.unavailable,
    hint: "end that process, give another --port, or leave it out for a free one",
  });
}

/** The port that could be bound, and was given back; null: it is taken. Throws what else the system says. */
function bind(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(null) : reject(error),
    );
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? null) : null));
    });
  });
}
