import type { ModalClient } from "modal";
import * as z from "zod";
import { checked } from "./raw.ts";

/** ObjectCreationType in modal_proto/api.proto. */
const lookUp = 0;
const createIfMissing = 1;
const failIfExists = 2;
/** The status of gRPC. */
const alreadyExists = 6;
/** NOT_FOUND, FAILED_PRECONDITION: what a secret without a required key may be answered with. */
const saysMissing = [5, 9];
/** As many as Modal's own client asks for at a time. */
const pageSize = 100;
/** Where the first page begins: in the future, as this clock may be behind Modal's. */
const startAfterMs = 3_600_000;

const Anything = z.unknown();
const Environments = z.object({
  items: z.array(z.object({ name: z.string(), default: z.boolean() })),
});
const Keys = z.object({ keys: z.array(z.string()) }).optional();
const Secrets = z.object({
  items: z.array(
    z.object({
      label: z.string(),
      secretId: z.string().min(1),
      createdAt: z.number(),
      metadata: Keys,
    }),
  ),
});
const SecretReply = z.object({ secretId: z.string().min(1) });
const VolumeVersion = z.object({ version: z.int() }).optional();
const Volumes = z.object({
  items: z.array(
    z.object({
      label: z.string(),
      volumeId: z.string().min(1),
      createdAt: z.number(),
      metadata: VolumeVersion,
    }),
  ),
});
const VolumeReply = z.object({ volumeId: z.string().min(1), metadata: VolumeVersion });
const Apps = z.object({ apps: z.array(z.object({ description: z.string(), state: z.int() })) });
/** AppState: STOPPED, DISABLED. */
const appStopped = [5, 7];

/** A secret with a name; Modal tells its keys, and never a value. */
export interface NamedSecret {
  name: string;
  id: string;
  /** Null: Modal did not say; `keysOf` asks. */
  keys: string[] | null;
}

/** A volume with a name; version 0: Modal did not say. */
export interface NamedVolume {
  name: string;
  id: string;
  version: number;
}

/**
 * Environments, and the secrets, volumes and apps that have names in them: what the SDK can look up and cannot list,
 * make or change. Values of secrets go out through here and never come back.
 */
export class NamedObjects {
  readonly #cp: ModalClient["cpClient"];
  readonly #callMs: number;

  constructor(cp: ModalClient["cpClient"], callMs: number) {
    this.#cp = cp;
    this.#callMs = callMs;
  }

  /** True for the error of a call that was to make what is there already. */
  static isAlreadyThere(error: unknown): boolean {
    return error instanceof Error && (error as { code?: unknown }).code === alreadyExists;
  }

  async environments(): Promise<{ name: string; isDefault: boolean }[]> {
    const { items } = await this.#ask(Environments, this.#cp.environmentList({}), "environments");
    return items.map((item) => ({ name: item.name, isDefault: item.default }));
  }

  async createEnvironment(name: string): Promise<void> {
    await this.#ask(Anything, this.#cp.environmentCreate({ name }), `environment ${name}`);
  }

  /** Deletes an environment and all that is in it. */
  async deleteEnvironment(name: string): Promise<void> {
    await this.#ask(Anything, this.#cp.environmentDelete({ name }), `environment ${name}`);
  }

  async secrets(environmentName: string): Promise<NamedSecret[]> {
    const items = await paged(async (pagination) => {
      const call = this.#cp.secretList({ environmentName, pagination });
      return (await this.#ask(Secrets, call, "secrets")).items;
    });
    return items.map(({ label, secretId, metadata }) => ({
      name: label,
      id: secretId,
      // A secret without any key is of no use: more likely it was not filled in.
      keys: metadata === undefined || metadata.keys.length === 0 ? null : metadata.keys,
    }));
  }

  /** Which of these keys a secret has, asked one by one: for where the list does not say. */
  async keysOf(
    environmentName: string,
    deploymentName: string,
    keys: readonly string[],
  ): Promise<string[]> {
    const isThere = async (key: string) => {
      const call = this.#cp.secretGetOrCreate({
        deploymentName,
        environmentName,
        objectCreationType: lookUp,
        requiredKeys: [key],
      });
      try {
        await this.#ask(SecretReply, call, `secret ${deploymentName}`);
        return true;
      } catch (error) {
        if (saysMissing.includes((error as { code?: unknown }).code as number)) return false;
        throw error;
      }
    };
    const found: string[] = [];
    for (const key of keys) if (await isThere(key)) found.push(key);
    return found;
  }

  /** Makes a secret, and fails (ALREADY_EXISTS) where there is one of that name. */
  async createSecret(
    environmentName: string,
    deploymentName: string,
    values: ReadonlyMap<string, string>,
  ): Promise<string> {
    const call = this.#cp.secretGetOrCreate({
      deploymentName,
      environmentName,
      objectCreationType: failIfExists,
      envDict: Object.fromEntries(values),
    });
    return (await this.#ask(SecretReply, call, `secret ${deploymentName}`)).secretId;
  }

  /** Sets some keys of a secret; its others stay as they are. */
  async updateSecret(secretId: string, values: ReadonlyMap<string, string>): Promise<void> {
    const updates = [...values].map(([key, value]) => ({ key, value }));
    await this.#ask(Anything, this.#cp.secretUpdate({ secretId, updates }), `secret ${secretId}`);
  }

  async deleteSecret(secretId: string): Promise<void> {
    await this.#ask(Anything, this.#cp.secretDelete({ secretId }), `secret ${secretId}`);
  }

  async volumes(environmentName: string): Promise<NamedVolume[]> {
    const items = await paged(async (pagination) => {
      const call = this.#cp.volumeList({ environmentName, pagination });
      return (await this.#ask(Volumes, call, "volumes")).items;
    });
    return items.map(({ label, volumeId, metadata }) => ({
      name: label,
      id: volumeId,
      version: metadata?.version ?? 0,
    }));
  }

  /** Makes a volume where there is none of that name; `version` 0 leaves it to Modal. The version that it has. */
  async createVolume(
    environmentName: string,
    deploymentName: string,
    version: 0 | 1 | 2,
  ): Promise<number> {
    const call = this.#cp.volumeGetOrCreate({
      deploymentName,
      environmentName,
      objectCreationType: createIfMissing,
      version,
    });
    const reply = await this.#ask(VolumeReply, call, `volume ${deploymentName}`);
    return reply.metadata?.version ?? 0;
  }

  async deleteVolume(volumeId: string): Promise<void> {
    await this.#ask(Anything, this.#cp.volumeDelete({ volumeId }), `volume ${volumeId}`);
  }

  /** Names of the apps of an environment that are not stopped. */
  async apps(environmentName: string): Promise<string[]> {
    const { apps } = await this.#ask(Apps, this.#cp.appList({ environmentName }), "apps");
    return apps
      .filter(({ state }) => !appStopped.includes(state))
      .map(({ description }) => description);
  }

  #ask<T extends z.ZodType>(schema: T, call: Promise<unknown>, what: string): Promise<z.infer<T>> {
    return checked(schema, call, what, this.#callMs);
  }
}

interface Page {
  maxObjects: number;
  createdBefore: number;
}

/** All items of a list that comes newest first, page by page. */
async function paged<T extends { label: string; createdAt: number }>(
  page: (pagination: Page) => Promise<T[]>,
): Promise<T[]> {
  const found = new Map<string, T>();
  let createdBefore = (Date.now() + startAfterMs) / 1000;
  for (;;) {
    const items = await page({ maxObjects: pageSize, createdBefore });
    const before = found.size;
    for (const item of items) found.set(item.label, item);
    // A server that knows no pages sends everything at once.
    if (items.length !== pageSize || found.size === before) return [...found.values()];
    createdBefore = Math.min(...items.map(({ createdAt }) => createdAt));
  }
}
