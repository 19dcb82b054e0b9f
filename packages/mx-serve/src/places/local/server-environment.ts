import type { PlaceContext } from "../place.ts";
import type { ServerPlan } from "../../server-plan.ts";
import { fillIn, type Chosen } from "./fill-in.ts";
import { namedKeys } from "./named-keys.ts";

/** Flags of `mx-serve up` that come as variables, and the mark of another server that we may be part of. */
const ours = /^(MX_SERVE_UP_|MX_SERVER_TOKEN$)/;

/**
 * What a server of this machine finds in its environment: ours, as it is our program and wants our Python, cards and
 * caches; what its plan says; its key, where its engine takes one by a variable. Says which of those that it needs is not
 * there; it may be able to do without.
 */
export async function serverEnvironment(
  plan: ServerPlan,
  { env, key, note }: Pick<PlaceContext, "env" | "key" | "note">,
  chosen: Chosen,
): Promise<NodeJS.ProcessEnv> {
  const kept = Object.entries(env).filter(([name]) => !ours.test(name));
  const planned = Object.entries(plan.record.env).map(([name, value]) => [
    name,
    fillIn(value, chosen),
  ]);
  const { apiKeyEnv } = plan;
  const secret = apiKeyEnv && key ? [[apiKeyEnv, key.value]] : [];
  const others = await namedKeys(plan.record.secrets, env);
  const missing = plan.record.secrets.filter((name) => !env[name] && others[name] === undefined);
  for (const name of missing)
    note(`${plan.record.name}: the variable ${name}, which it may need, is not set`);
  return { ...others, ...Object.fromEntries([...kept, ...planned, ...secret]) };
}
