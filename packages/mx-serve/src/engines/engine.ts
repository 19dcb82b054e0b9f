import type { Server } from "@mx/records";
import type * as z from "zod";
import type { Infra } from "../config/infra.ts";
import type { RegisteredModel } from "../registry/registry.ts";
import type { Probe, ServerPlan } from "../server-plan.ts";

/** The template that turns messages into a prompt, and where it comes from. */
export interface ChatTemplate {
  /** `forced` and `given`: a file of ours or the user's; `model`: the model's own. */
  source: "forced" | "given" | "model";
  /** Name of a bundled one, path of a file, or `tokenizer`. */
  name: string;
  /** SHA-256, hex, of its text; null: not known before the model is there. */
  sha256: string | null;
  /** Its text where a file is passed to the engine; null: nothing is passed. */
  text: string | null;
}

/** A model to be served. */
export interface ServedModel {
  entry: RegisteredModel;
  /** The name that callers use, and that /v1/models lists. */
  servedName: string;
  template: ChatTemplate | null;
}

/** What an engine makes a plan of. Its config is that of its schema. */
export interface EngineRequest<C> {
  config: C;
  model: ServedModel | null;
  infra: Infra;
  where: Server["where"];
  /** The command that was given; empty but for the engine `command`. */
  command: string[];
  env: NodeJS.ProcessEnv;
}

/** What the memory of a server is used for, as far as its engine decides it. */
export interface MemoryUse {
  /** Context in tokens; null: the longest that the model has. */
  maxLength: number | null;
  /** How weights are stored where the engine changes that; null: as the model's files are. */
  weights: string | null;
  /** Numbers of the KV cache; null: as the model computes. */
  kvCache: string | null;
  /** Share of a card's memory that the engine may use. */
  share: number;
  /** Cards of one copy of the model. */
  cardsPerCopy: number;
  /** Copies of the model. */
  copies: number;
  /** A smaller model drafts tokens; its size is not known. */
  drafts: boolean;
}

/** What an engine says of a server. The rest of its plan is the same for all engines. */
export interface EngineParts {
  /** Settings that were left to it and that it decided, so that a server is the same whoever decided them. */
  decided?: Record<string, unknown>;
  argv: string[];
  env: Record<string, string>;
  /** Names of variables whose values it needs. */
  secrets: string[];
  /** The variable by which it takes the key that callers must send; null: it takes none. Not among `secrets`. */
  apiKeyEnv: string | null;
  probe: Probe;
  /** What its API's paths begin with: `/v1` where it is OpenAI's, else nothing. */
  apiPath: "/v1" | "";
  files: Record<string, string>;
  /** What ends it in order where that is not SIGTERM. */
  stopSignal?: "SIGINT";
  /** Image that it runs in where the place runs images. */
  image: string | null;
  /** Lines of a Dockerfile that the image gets besides. */
  imageSetup: string[];
  packages: string[];
  needs: ServerPlan["needs"];
  volumes: Record<string, string>;
  memory: MemoryUse | null;
  /** Name of the data that it serves, which outlive its configuration; absent: none, or they are in its volumes alone. */
  data?: string;
  /** True: one container at most, as it keeps state. */
  single: boolean;
}

/** A program that serves, as data and one function. */
export interface Engine<C = unknown> {
  name: Server["engine"];
  /** Its settings in the registry, and as flags with `-` for `_`. */
  section: string;
  config: z.ZodObject;
  /** Whether it serves a model of the registry. */
  model: "required" | "optional" | "none";
  plan(request: EngineRequest<C>): EngineParts | Promise<EngineParts>;
}
