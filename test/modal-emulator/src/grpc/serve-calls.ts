import { ServerError, Status, type CallContext } from "nice-grpc";
import type { CallLog } from "./call-log.ts";
import { afterEffect, beforeEffect, cutStream, type Faults } from "./faults.ts";
import type { Replies } from "./replies.ts";
import type { MethodDefinition } from "./service-definitions.ts";

/** What does the work of an RPC: a promise of a reply, or a stream of them. */
export type Handler = (request: never, call: CallContext) => unknown;

export interface ServeOptions {
  log: CallLog;
  faults: Faults;
  replies: Replies;
  /** Throws UNAUTHENTICATED where the caller may not. */
  authenticate: (rpc: string, call: CallContext) => void;
}

type Served = (request: unknown, call: CallContext) => unknown;

/**
 * Every RPC of a service, with what they have in common: each is recorded, may be struck by a fault, needs a token, and is
 * done once per idempotency key. One without a handler answers UNIMPLEMENTED.
 */
export function serveCalls(
  methods: Record<string, MethodDefinition>,
  handlers: Record<string, Handler>,
  options: ServeOptions,
): Record<string, Served> {
  for (const name of Object.keys(handlers)) {
    if (!(name in methods)) throw new Error(`the installed SDK has no RPC ${name}`);
  }
  return Object.fromEntries(
    Object.entries(methods).map(([key, method]) => {
      const handler = (handlers[key] ?? unimplemented(method.name)) as Served;
      return [
        key,
        method.responseStream ? stream(method, handler, options) : unary(method, handler, options),
      ];
    }),
  );
}

function unary(method: MethodDefinition, handler: Served, options: ServeOptions): Served {
  return async (request, call) => {
    const key = record(method, request, call, options.log);
    const fault = options.faults.strike(method.name, request);
    await beforeEffect(fault, call);
    options.authenticate(method.name, call);
    const once = key && `${method.name} ${key}`;
    const reply = await options.replies
      .once(once, async () => handler(request, call))
      .catch(rethrow);
    afterEffect(fault, call);
    return reply;
  };
}

function stream(method: MethodDefinition, handler: Served, options: ServeOptions): Served {
  return async function* (request, call) {
    record(method, request, call, options.log);
    const fault = options.faults.strike(method.name, request);
    await beforeEffect(fault, call);
    options.authenticate(method.name, call);
    try {
      yield* cutStream(handler(request, call) as AsyncIterable<unknown>, fault);
    } catch (error) {
      rethrow(error);
    }
    afterEffect(fault, call);
  };
}

function record(
  { name, requestStream }: MethodDefinition,
  request: unknown,
  { metadata }: CallContext,
  log: CallLog,
): string | null {
  const idempotencyKey = metadata.get("x-idempotency-key") ?? null;
  log.add({ rpc: name, request: requestStream ? null : request, idempotencyKey, at: Date.now() });
  return idempotencyKey;
}

/** Without this, a client would only hear that something unknown went wrong. */
function rethrow(error: unknown): never {
  if (error instanceof ServerError || (error as Error).name === "AbortError") throw error;
  throw new ServerError(Status.INTERNAL, `the emulator failed: ${(error as Error).message}`);
}

function unimplemented(rpc: string): Served {
  return () => {
    throw new ServerError(Status.UNIMPLEMENTED, `the emulator does not do ${rpc}`);
  };
}
