import { join } from "node:path";
import type { SecretSource } from "./control/control-api.ts";
import type { AppFunction } from "./function/app-function.ts";
import { Tokens } from "./grpc/tokens.ts";
import { shortId } from "./grpc/ids.ts";
import type { Image } from "./image/image.ts";
import { ImageBuilder } from "./image/image-builder.ts";
import { notFound } from "./grpc/status.ts";
import { NamedObjects, type NamedObject } from "./named-objects.ts";
import type { Settings } from "./options.ts";
import { Clock } from "./sandbox/clock.ts";
import { CreateLimit } from "./sandbox/create-limit.ts";
import type { Machines } from "./sandbox/machines.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { Trash } from "./sandbox/trash.ts";
import { BlockStore } from "./volume/block-store.ts";
import type { Volume } from "./volume/volume.ts";

export interface App extends NamedObject {
  /** What it is called while it has no name: until it is published. */
  description: string;
  /** Seconds since 1970; null while it runs. */
  stoppedAt: number | null;
  tags: Record<string, string>;
  /** Ids of its classes by their names. */
  classIds: Record<string, string>;
}

/** Files that go into containers. */
export interface Mount extends NamedObject {
  /** Absolute path inside, and the SHA-256 of the content, in hex. */
  files: { filename: string; sha256: string }[];
}

export interface Secret extends NamedObject {
  variables: Record<string, string>;
}

export interface Environment {
  id: string;
  name: string;
  /** Seconds since 1970. */
  createdAt: number;
}

/** Everything that the emulated Modal has: what the RPCs read and change. */
export class Cloud {
  readonly settings: Settings;
  readonly machines: Machines;
  /** Host folder for all that is kept. */
  readonly folder: string;
  readonly clock: Clock;
  readonly trash = new Trash();
  readonly builder: ImageBuilder;
  readonly limit: CreateLimit;
  readonly controlTokens = new Tokens();
  readonly routerTokens = new Tokens();
  readonly blocks = new BlockStore();
  readonly environments = new Map<string, Environment>();
  readonly apps = new NamedObjects<App>("App");
  readonly secrets = new NamedObjects<Secret>("Secret");
  readonly volumes = new NamedObjects<Volume>("Volume");
  readonly mounts = new NamedObjects<Mount>("Mount");
  readonly functions = new Map<string, AppFunction>();
  readonly images = new Map<string, Image>();
  /** Image ids by environment and tag. */
  readonly imageTags = new Map<string, string>();
  readonly sandboxes = new Map<string, Sandbox>();
  readonly tasks = new Map<string, Sandbox>();
  /** Where the task router says it is. */
  routerUrl = "";
  /** What a client needs to speak to this emulator: containers of functions get it, as Modal's do. */
  clientEnv: Record<string, string> = {};
  #newestSandbox = 0;

  constructor(settings: Settings, machines: Machines, folder: string) {
    this.settings = settings;
    this.machines = machines;
    this.folder = folder;
    this.clock = new Clock(settings.timeScale);
    this.builder = new ImageBuilder(machines, settings, join(folder, "images"));
    this.limit = new CreateLimit(settings.createsPerSecond);
    this.addEnvironment("main");
  }

  addEnvironment(name: string): Environment {
    const environment = { id: shortId("en"), name, createdAt: Date.now() / 1000 };
    this.environments.set(name, environment);
    return environment;
  }

  /** An environment's name; without one, the default's. Throws NOT_FOUND. */
  environmentName(name: string | undefined): string {
    const wanted = name || "main";
    if (!this.environments.has(wanted)) throw notFound(`Environment '${wanted}' not found`);
    return wanted;
  }

  /** The app of this name that is not stopped; null where there is none. */
  deployedApp(name: string, environmentName: string | undefined): App | null {
    const apps = this.apps.all(this.environmentName(environmentName));
    return (
      apps.findLast((app) => app.name === name && name !== "" && app.stoppedAt === null) ?? null
    );
  }

  functionsOf({ id }: App): AppFunction[] {
    return [...this.functions.values()].filter(({ appId }) => appId === id);
  }

  sandbox(id: string | undefined): Sandbox {
    const sandbox = this.sandboxes.get(id ?? "");
    if (sandbox === undefined) throw notFound(`Sandbox ${id} not found`);
    return sandbox;
  }

  image(id: string | undefined): Image {
    const image = this.images.get(id ?? "");
    if (image === undefined) throw notFound(`Image ${id} not found`);
    return image;
  }

  /** Seconds since 1970 that no other sandbox has: lists are cut into pages by them. */
  newSandboxTime(): number {
    this.#newestSandbox = Math.max(Date.now() / 1000, this.#newestSandbox + 0.000_01);
    return this.#newestSandbox;
  }

  /** The variables of secrets, later ones over earlier ones. Throws NOT_FOUND. */
  variables(sources: readonly SecretSource[]): Record<string, string> {
    const all: Record<string, string> = {};
    for (const { secretId, env } of sources) {
      if (env === undefined) Object.assign(all, this.secrets.get(secretId).variables);
      else Object.assign(all, env.contents);
    }
    return all;
  }

  /** Ends every function and every sandbox that still lives. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.functions.values(), (one) => one.close()));
    const result = { status: "terminated", exitcode: 0, exception: "" } as const;
    await Promise.all(Array.from(this.sandboxes.values(), (sandbox) => sandbox.end(result)));
    this.blocks.close();
  }
}
