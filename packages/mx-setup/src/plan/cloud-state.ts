import type { NamedObjects, NamedSecret, NamedVolume } from "@mx/backends/modal";
import type { Setup } from "../file/read-setup-file.ts";

/** A secret that Modal has, and the keys in it. */
export type LiveSecret = NamedSecret & { keys: string[] };

/** What Modal has now. */
export interface CloudState {
  /** The environment is there. */
  isThere: boolean;
  isDefault: boolean;
  secrets: ReadonlyMap<string, LiveSecret>;
  volumes: ReadonlyMap<string, NamedVolume>;
}

/** Reads what the environment of a setup file has; changes nothing. */
export async function readCloud(
  cloud: NamedObjects,
  { environment, secrets: named }: Setup,
): Promise<CloudState> {
  const found = (await cloud.environments()).find(({ name }) => name === environment);
  if (found === undefined) {
    return { isThere: false, isDefault: false, secrets: new Map(), volumes: new Map() };
  }
  const [listed, volumes] = await Promise.all([
    cloud.secrets(environment),
    cloud.volumes(environment),
  ]);
  const secrets: LiveSecret[] = [];
  for (const secret of listed) {
    const wanted = Object.keys(named[secret.name] ?? {});
    const keys = secret.keys ?? (await cloud.keysOf(environment, secret.name, wanted));
    secrets.push({ ...secret, keys });
  }
  return {
    isThere: true,
    isDefault: found.isDefault,
    secrets: new Map(secrets.map((secret) => [secret.name, secret])),
    volumes: new Map(volumes.map((volume) => [volume.name, volume])),
  };
}
