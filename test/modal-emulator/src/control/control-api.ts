import type { ModalClient } from "modal";
import type { CallContext } from "nice-grpc";

type Client = ModalClient["cpClient"];

/** A value that may lack any of its fields, at any depth: what is missing gets the protocol's default. */
export type Loose<T> = T extends Uint8Array | Date | string | number | boolean | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Loose<Item>[]
    : { [K in keyof T]?: Loose<T[K]> | undefined };

/** The request of a control-plane RPC, as the SDK's types have it: any field may be missing in them. */
export type Request<K extends keyof Client> = Parameters<Client[K]>[0];

type Result<R> =
  R extends AsyncIterable<infer Item>
    ? AsyncIterable<Loose<Item>>
    : Promise<Loose<Awaited<R>>> | Loose<Awaited<R>>;

/** Handlers of control-plane RPCs, typed by the SDK's own client. */
export type ControlCalls = {
  [K in keyof Client]?: (request: Request<K>, call: CallContext) => Result<ReturnType<Client[K]>>;
};

/** What a sandbox was asked to be. */
export type SandboxDefinition = NonNullable<Request<"sandboxCreate">["definition"]>;
/** A secret by its id, or variables given inline. */
export type SecretSource = NonNullable<Request<"sandboxCreateV2">["secretSources"]>[number];
/** A sandbox's port that is to be reached from outside. */
export type PortSpec = NonNullable<NonNullable<SandboxDefinition["openPorts"]>["ports"]>[number];
