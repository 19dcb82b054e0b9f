import type { KeySetting } from "../file/setup-file.ts";
import type { KnownKeys } from "../values/put-record.ts";
import type { Sources } from "../values/sources.ts";

/** What will become of one key of a secret. */
export interface KeyPlan {
  key: string;
  variable: string;
  setting: KeySetting;
  /** `none`: it has no value and needs none. `missing`: it has none and needs one. */
  change: "add" | "replace" | "keep" | "none" | "missing";
  /** For people: where its value comes from, or what is wrong. */
  why: string;
  /** Null: it is generated when it is sent, or nothing is sent. */
  value: string | null;
  /** A value that was generated before gives way to a new one. */
  rotate: boolean;
}

/** What a key's plan depends on. */
export interface KeyState {
  /** Modal has the key. */
  isThere: boolean;
  known: KnownKeys;
  digest: (value: string) => string;
  sources: Sources;
  /** Variables that are to be put anew. */
  rotating: ReadonlySet<string>;
  /** Another secret that Modal has with this variable in it; null: none. */
  elsewhere: (variable: string) => string | null;
}

/** Decides about one key. What Modal has is kept, unless its source is known to have changed since it was put. */
export function planKey(key: string, setting: KeySetting, state: KeyState): KeyPlan {
  const variable = setting.variable ?? key;
  const found = state.sources.find(variable, setting);
  const isRotating = state.rotating.has(variable);
  const plan = { key, variable, setting, value: found?.value ?? null, rotate: false };
  const ours = setting.generate !== undefined && (found === null || found.isGenerated);
  if (isRotating && ours) {
    return {
      ...plan,
      change: state.isThere ? "replace" : "add",
      why: "generated anew",
      value: null,
      rotate: true,
    };
  }
  if (!state.isThere) {
    if (found !== null) return { ...plan, change: "add", why: `from ${found.from}` };
    if (setting.optional) return { ...plan, change: "none", why: "no value, and none is needed" };
    if (!ours) {
      const looked = state.sources.lookedIn(setting);
      return { ...plan, change: "missing", why: `${variable} is not in ${looked}` };
    }
    const other = state.elsewhere(variable);
    if (other === null) return { ...plan, change: "add", why: "generated" };
    const why = `${variable} was generated, and only Modal has it, in ${other}; --rotate ${other} makes a new one`;
    return { ...plan, change: "missing", why };
  }
  if (found === null) {
    const why = isRotating
      ? `${variable} is not in ${state.sources.lookedIn(setting)}`
      : "only Modal has it";
    return { ...plan, change: isRotating ? "missing" : "keep", why };
  }
  if (isRotating) return { ...plan, change: "replace", why: `sent again from ${found.from}` };
  const known = state.known.get(key);
  if (known === undefined) return { ...plan, change: "keep", why: "not put from here" };
  if (known === null)
    return { ...plan, change: "replace", why: "sent again: it may not have arrived" };
  const isSame = known === state.digest(found.value);
  return isSame
    ? { ...plan, change: "keep", why: "as it was put" }
    : { ...plan, change: "replace", why: `changed in ${found.from}` };
}
