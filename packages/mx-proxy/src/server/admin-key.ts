import { ExitCode, MxError } from "@mx/cli";
import { randomBytes } from "node:crypto";
import { isLoopback } from "./bind-address.ts";

/**
 * The key that callers must send: $MX_PROXY_SECRET, else a new one. Where other machines can reach the proxy there
 * must be one, and nobody must be able to guess it.
 */
export function adminKey(env: NodeJS.ProcessEnv, host: string): string {
  const given = env["MX_PROXY_SECRET"];
  if (given === undefined || given === "") {
    if (isLoopback(host)) return `mx-${randomBytes(24).toString("base64url")}`;
    throw unfit(`--host ${host} can be reached by other machines, and MX_PROXY_SECRET is not set`);
  }
  if (!/^[\x21-\x7e]{16,}$/.test(given)) throw unfit("MX_PROXY_SECRET is not fit for a key");
  if (!isLoopback(host) && (given.length < 24 || new Set(given).size < 8)) {
    throw unfit(`MX_PROXY_SECRET is too weak for --host ${host}, which other machines can reach`);
  }
  return given;
}

function unfit(message: string): MxError {
  return new MxError(message, {
    code: "bad_secret",
    exitCode: ExitCode.usage,
    hint: "set it to at least 16 printable characters without spaces, as `openssl rand -hex 24` prints",
  });
}
