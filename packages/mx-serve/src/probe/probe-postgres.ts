import { connect } from "node:net";
import { questionSignal, type ProbeResult, type ProbeTarget } from "./probe-result.ts";

/** Port where a URL of Postgres names none. */
const usualPort = 5432;
/** SQLSTATEs of class 57P: starting up, shutting down. */
const notNow = /^57P/;

/**
 * Begins a connection as a client of Postgres does, and leaves when the server asks who we are. Protocol 3.0, section
 * "Message Formats" of its manual: StartupMessage, then Authentication (R) or ErrorResponse (E).
 */
export function probePostgres(target: ProbeTarget): Promise<ProbeResult> {
  const { hostname, port, username, pathname } = new URL(target.baseUrl);
  const user = decodeURIComponent(username) || "postgres";
  const database = decodeURIComponent(pathname.slice(1)) || user;
  const signal = questionSignal(target);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || usualPort) });
    const end = (result: ProbeResult) => {
      socket.destroy();
      resolve(result);
    };
    const silent = () => end({ state: "waiting", detail: "it does not answer" });
    if (signal.aborted) return silent();
    signal.addEventListener("abort", silent, { once: true });
    let got = Buffer.alloc(0);
    socket
      .on("connect", () => socket.write(startupMessage({ user, database })))
      .on("data", (chunk: Buffer) => {
        got = Buffer.concat([got, chunk]);
        const result = judge(got);
        if (result !== null) end(result);
      })
      .on("end", () => end({ state: "waiting", detail: "it closes the connection" }))
      .on("error", (error: NodeJS.ErrnoException) =>
        end({
          state: "waiting",
          detail:
            error.code === "ECONNREFUSED" ? "nothing listens there yet" : `it fails: ${error.code}`,
        }),
      );
  });
}

function startupMessage(parameters: Record<string, string>): Buffer {
  const text = Object.entries(parameters).flat().join("\0");
  const body = Buffer.from(`${text}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(3 << 16, 4);
  return Buffer.concat([head, body]);
}

/** What the first message says; null: it is not whole yet. */
function judge(got: Buffer): ProbeResult | null {
  const kind = got.toString("latin1", 0, 1);
  if (kind !== "R" && kind !== "E") return { state: "wrong", detail: "it is not Postgres" };
  if (got.length < 5) return null;
  const length = got.readInt32BE(1);
  if (length > 10_000) return { state: "wrong", detail: "it is not Postgres" };
  if (got.length < 1 + length) return null;
  if (kind === "R") return { state: "ready", models: [] };
  const fields = got.toString("utf8", 5, 1 + length).split("\0");
  const field = (letter: string) => fields.find((text) => text.startsWith(letter))?.slice(1) ?? "";
  if (notNow.test(field("C"))) return { state: "waiting", detail: field("M") };
  return { state: "wrong", detail: `Postgres answers: ${field("M")}` };
}
