import type { Setup } from "../file/read-setup-file.ts";
import { doctorApp } from "../doctor/doctor-app.ts";
import type { CloudState } from "../plan/cloud-state.ts";

/** Something that the file names, and what destroy will do about it. */
export interface DestroyStep {
  kind: "environment" | "secret" | "volume";
  name: string;
  action: "delete" | "keep" | "skip";
  reason: string | undefined;
  /** Modal's id; null: there is none, or it goes by its name. */
  id: string | null;
}

/** Something that an environment has. */
export interface Content {
  kind: "secret" | "volume" | "app";
  name: string;
}

/** What an environment has, but for what mx makes there by itself whenever it needs it. */
export function contentsOf({ secrets, volumes }: CloudState, apps: readonly string[]): Content[] {
  const of = (kind: Content["kind"], names: Iterable<string>) =>
    Array.from(names, (name) => ({ kind, name }));
  return [
    ...of("secret", secrets.keys()),
    ...of("volume", volumes.keys()).filter(({ name }) => !name.startsWith("mx-tools-")),
    ...of("app", apps).filter(({ name }) => name !== doctorApp),
  ];
}

/** Those of them that the file does not name. */
export function strangersTo(setup: Setup, contents: readonly Content[]): string[] {
  const named = { secret: setup.secrets, volume: setup.volumes, app: {} };
  return contents
    .filter(({ kind, name }) => !Object.hasOwn(named[kind], name))
    .map(({ kind, name }) => `${kind} ${name}`);
}

/** Decides what goes, in the order in which it goes: the reverse of that in which it was made. */
export function planDestroy(
  setup: Setup,
  there: CloudState,
  o: { volumes: boolean; strangers: readonly string[] },
): DestroyStep[] {
  const volumes = Object.keys(setup.volumes).map((name) => {
    const id = there.volumes.get(name)?.id ?? null;
    return o.volumes
      ? stepOf("volume", name, id)
      : {
          ...stepOf("volume", name, id),
          ...(id === null ? {} : kept("--volumes deletes it and all that is in it")),
        };
  });
  const secrets = Object.keys(setup.secrets).map((name) =>
    stepOf("secret", name, there.secrets.get(name)?.id ?? null),
  );
  const environment = stepOf(
    "environment",
    setup.environment,
    there.isThere ? setup.environment : null,
  );
  const why = keepEnvironment(there, o, Object.keys(setup.volumes));
  return [
    ...volumes.reverse(),
    ...secrets.reverse(),
    !there.isThere || why === null ? environment : { ...environment, ...kept(why) },
  ];
}

function keepEnvironment(
  there: CloudState,
  o: { volumes: boolean; strangers: readonly string[] },
  volumes: readonly string[],
): string | null {
  if (there.isDefault) return "it is the workspace's default";
  if (o.strangers.length > 0)
    return `the file does not name ${o.strangers.join(", ")}, which is in it`;
  if (o.volumes) return null;
  return volumes.some((name) => there.volumes.has(name))
    ? "its volumes are kept"
    : "--volumes deletes it where nothing is left in it";
}

function stepOf(kind: DestroyStep["kind"], name: string, id: string | null): DestroyStep {
  return id === null
    ? { kind, name, action: "skip", reason: "it is not there", id }
    : { kind, name, action: "delete", reason: undefined, id };
}

function kept(reason: string): Pick<DestroyStep, "action" | "reason"> {
  return { action: "keep", reason };
}
