import { ExitCode, MxError } from "@mx/cli";
import type { ModalClient } from "modal";
import { RawCalls } from "./raw.ts";

/** A connection to Modal: the SDK, and the calls that it has no method for. */
export interface ModalConnection {
  sdk: ModalClient;
  raw: RawCalls;
  /** The environment that names are looked up in; empty: the workspace's default. */
  environment: string;
  /** True where the server is on this machine's loopback: an emulator, whose sandboxes reach loopback too. */
  isEmulator: boolean;
  /** Called whenever Modal asks for a slower pace (RESOURCE_EXHAUSTED), also where the SDK tries again itself. */
  onThrottle(listener: () => void): void;
  close(): void;
}

/** So long the SDK may wait by itself where Modal says when to come back. */
const mostThrottleWaitSecs = 60;

/**
 * Loads the SDK and makes a client from the variables that Modal's own tools read (MODAL_TOKEN_ID,
 * MODAL_TOKEN_SECRET, MODAL_ENVIRONMENT, MODAL_PROFILE, MODAL_SERVER_URL, ~/.modal.toml). Calls nobody yet.
 * Throws MxError 2 where there are no credentials.
 */
export async function openModalClient(
  env: NodeJS.ProcessEnv,
  options: { environment?: string | undefined } = {},
): Promise<ModalConnection> {
  const modal = await withVariables(env, () => import("modal"));
  const listeners: (() => void)[] = [];
  const sdk = await withVariables(env, () => {
    return new modal.ModalClient({
      logLevel: "error",
      maxThrottleWaitSecs: mostThrottleWaitSecs,
      ...(options.environment === undefined ? {} : { environment: options.environment }),
      grpcMiddleware: [
        (call, callOptions) =>
          call.next(call.request, {
            ...callOptions,
            onTrailer: (trailer) => {
              // Details of a status come only with a policy of when to try again.
              if (trailer.has("grpc-status-details-bin")) for (const listen of listeners) listen();
              callOptions.onTrailer?.(trailer);
            },
          }),
      ],
    });
  });
  const { tokenId, tokenSecret, oauthRefreshToken, serverUrl } = sdk.profile;
  if ((!tokenId || !tokenSecret) && !oauthRefreshToken) {
    throw new MxError("there are no credentials for Modal", {
      code: "modal_credentials",
      exitCode: ExitCode.usage,
      hint: "run `modal token set`, or set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET",
    });
  }
  const environment = sdk.environmentName(options.environment);
  return {
    sdk,
    raw: new RawCalls(sdk.cpClient, environment),
    environment,
    isEmulator: isLoopback(new URL(serverUrl).hostname),
    onThrottle: (listener) => void listeners.push(listener),
    close: () => sdk.close(),
  };
}

/** True for the names of this machine's loopback. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The SDK reads its settings from the process's own variables, some when it is loaded. */
async function withVariables<T>(env: NodeJS.ProcessEnv, make: () => T | Promise<T>): Promise<T> {
  const names = Object.keys({ ...env, ...process.env }).filter((name) => name.startsWith("MODAL_"));
  const before = names.map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const name of names) set(name, env[name]);
  const made = make();
  const restore = () => {
    for (const [name, value] of before) set(name, value);
  };
  if (!(made instanceof Promise)) {
    restore();
    return made;
  }
  return made.finally(restore);
}
