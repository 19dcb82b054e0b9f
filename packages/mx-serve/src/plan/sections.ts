import type * as z from "zod";
import { Infra } from "../config/infra.ts";
import { mergeSettings } from "../config/merge-settings.ts";
import { Sampling } from "../config/sampling.ts";
import { settingError } from "../config/setting-error.ts";
import { typedOverrides } from "../config/typed-overrides.ts";
import type { Engine } from "../engines/engine.ts";
import { engines } from "../engines/engines.ts";
import type { Choice } from "./choose.ts";

/** What the command line says: section as its flag is spelt -> name -> text. */
export type Overrides = Partial<Record<string, Record<string, string>>>;

const flagOf = (section: string) => section.replaceAll("_", "-");

/** Settings of the entry, the preset and the command line as one, by section; nothing is filled in yet. */
export function layeredSections(
  choice: Choice,
  engine: Engine,
  overrides: Overrides,
): Record<string, Record<string, unknown>> {
  const sections = mergeSettings(mergeSettings({}, choice.base), choice.over);
  const typed = typedSections(engine, overrides);
  return mergeSettings(sections, typed) as Record<string, Record<string, unknown>>;
}

function typedSections(engine: Engine, overrides: Overrides): Record<string, unknown> {
  const schemas: Record<string, z.ZodObject> = {
    infra: Infra,
    sampling: Sampling,
    [engine.section]: engine.config,
  };
  const others = new Set(Object.values(engines).map(({ section }) => section));
  const typed: Record<string, unknown> = {};
  for (const [spelt, given = {}] of Object.entries(overrides)) {
    const section = spelt.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (Object.keys(given).length === 0) continue;
    const schema = schemas[section];
    if (section === "env") typed[section] = given;
    else if (schema !== undefined) typed[section] = typedOverrides(flagOf(section), schema, given);
    else if (others.has(section)) {
      throw settingError(
        `--${flagOf(section)}.${Object.keys(given)[0]}: the engine here is ${engine.name}`,
        `--engine ${flagOf(section)}, or --${flagOf(engine.section)}.NAME=VALUE`,
      );
    }
  }
  return typed;
}

/** A section with its defaults filled in. Throws MxError 2 that names the setting that is wrong. */
export function checkedSection<S extends z.ZodObject>(
  section: string,
  schema: S,
  values: Record<string, unknown> = {},
): z.infer<S> {
  const { data, error } = schema.safeParse(values);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw settingError(
    `${section}.${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`,
    `--${flagOf(section)}.NAME=VALUE, or the registry, says otherwise`,
  );
}
