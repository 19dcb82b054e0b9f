import type { Setup } from "../file/read-setup-file.ts";
import type { KnownKeys, PutRecord } from "../values/put-record.ts";
import type { Sources } from "../values/sources.ts";
import type { LiveSecret } from "./cloud-state.ts";
import { planKey, type KeyPlan } from "./key-plan.ts";

/** What will become of a secret. */
export interface SecretPlan {
  kind: "secret";
  name: string;
  action: "create" | "update" | "keep" | "skip";
  /** A value that it must have is missing: the work is not done without it. */
  isOwed: boolean;
  reason: string | undefined;
  keys: KeyPlan[];
  /** Modal's id; null: it is not there yet. */
  id: string | null;
  known: KnownKeys;
}

/** What the plans of all secrets depend on. */
export interface SecretContext {
  setup: Setup;
  there: ReadonlyMap<string, LiveSecret>;
  record: PutRecord;
  sources: Sources;
  rotating: ReadonlySet<string>;
}

/** Decides about one secret of the file. */
export function planSecret(name: string, context: SecretContext): SecretPlan {
  const { setup, there, record, sources, rotating } = context;
  const live = there.get(name);
  const liveKeys = new Set(live?.keys);
  const known = live === undefined ? new Map() : record.known(name, live.id, liveKeys);
  const keys = Object.entries(setup.secrets[name] ?? {}).map(([key, setting]) =>
    planKey(key, setting, {
      isThere: liveKeys.has(key),
      known,
      digest: (value) => record.digest(name, key, value),
      sources,
      rotating,
      elsewhere: (variable) => otherHolder(name, variable, context),
    }),
  );
  const plan = { kind: "secret" as const, name, keys, id: live?.id ?? null, known };
  const having = (change: KeyPlan["change"]) => keys.filter((key) => key.change === change);
  const missing = having("missing");
  if (missing.length > 0) {
    const reason = missing.map(({ why }) => why).join("; ");
    return { ...plan, action: "skip", isOwed: true, reason };
  }
  const changes = [...having("add"), ...having("replace")];
  const said = changes.map(({ key, why }) => `${key}: ${why}`).join("; ");
  if (live === undefined) {
    return changes.length === 0
      ? {
          ...plan,
          action: "skip",
          isOwed: false,
          reason: "none of its keys has a value, and none needs one",
        }
      : { ...plan, action: "create", isOwed: false, reason: said };
  }
  if (changes.length > 0) return { ...plan, action: "update", isOwed: false, reason: said };
  return { ...plan, action: "keep", isOwed: false, reason: keepReason(keys) };
}

/** Another secret that Modal has with a key of the same variable. */
function otherHolder(name: string, variable: string, context: SecretContext): string | null {
  for (const [other, keys] of Object.entries(context.setup.secrets)) {
    const live = context.there.get(other);
    if (other === name || live === undefined) continue;
    const holds = Object.entries(keys).some(
      ([key, setting]) => (setting.variable ?? key) === variable && live.keys.includes(key),
    );
    if (holds) return other;
  }
  return null;
}

function keepReason(keys: readonly KeyPlan[]): string | undefined {
  const foreign = keys.filter(({ why }) => why === "not put from here").map(({ key }) => key);
  if (foreign.length === 0) return undefined;
  return `${foreign.join(", ")}: not put from here, so that a change cannot be seen; --rotate sends again`;
}
