import { Deployment, LitellmConfig } from "./litellm-config.ts";

/** What only describes a model, or only means something to LiteLLM's own pages. */
const harmless = new Set(["set_verbose", "json_logs", "litellm_credential_name"]);
const prices = /^(input|output)_cost_per_/;

/** What a LiteLLM file says and mx-proxy does not do, for people: nothing of it is dropped in silence. */
export function litellmUnused(file: LitellmConfig): string[] {
  const notes: string[] = [];
  if (isOn(file.litellm_settings?.["drop_params"])) {
    notes.push(
      "litellm_settings.drop_params is not done: every parameter that a call has reaches the upstream, which may refuse it (dropping it would change what is measured)",
    );
  }
  for (const [name, models] of added(file)) {
    notes.push(
      `litellm_params.${name} is not added to calls of ${models.join(", ")}: callers have to send it themselves`,
    );
  }
  const priced = file.model_list.filter(({ model_info, litellm_params }) =>
    [...Object.keys(model_info ?? {}), ...Object.keys(litellm_params)].some((key) =>
      prices.test(key),
    ),
  );
  if (priced.length > 0) {
    const names = [...new Set(priced.map(({ model_name }) => model_name))];
    notes.push(
      `the prices of ${names.join(", ")} are not read from it: give them in --prices FILE`,
    );
  }
  if (isOn(file.general_settings?.["master_key"])) {
    notes.push("general_settings.master_key is not used: callers send $MX_PROXY_SECRET");
  }
  const unknown = [
    ...unread("litellm_settings", file.litellm_settings, LitellmConfig.shape.litellm_settings),
    ...unread("router_settings", file.router_settings, LitellmConfig.shape.router_settings),
    ...unread("general_settings", file.general_settings, LitellmConfig.shape.general_settings),
    ...Object.keys(file).filter((key) => !(key in LitellmConfig.shape)),
  ].filter((name) => !/\.(drop_params|master_key)$/.test(name));
  if (unknown.length > 0) notes.push(`not used: ${unknown.join(", ")}`);
  return notes;
}

/** Parameters of a model that LiteLLM adds to its calls, or that say how it is called, with the models that have them. */
function added({ model_list }: LitellmConfig): Map<string, string[]> {
  const known = Deployment.shape.litellm_params.shape;
  const found = new Map<string, string[]>();
  for (const { model_name, litellm_params } of model_list) {
    for (const [name, value] of Object.entries(litellm_params)) {
      if (name in known || harmless.has(name) || prices.test(name) || !isOn(value)) continue;
      found.set(name, [...new Set([...(found.get(name) ?? []), model_name])]);
    }
  }
  return found;
}

function unread(section: string, given: object | null | undefined, schema: ObjectSchema): string[] {
  const known = schema.unwrap().unwrap().shape;
  return Object.entries(given ?? {})
    .filter(([name, value]) => !(name in known) && !harmless.has(name) && isOn(value))
    .map(([name]) => `${section}.${name}`);
}

interface ObjectSchema {
  unwrap(): { unwrap(): { shape: object } };
}

/** False for what is switched off, or empty. */
function isOn(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== "";
}
