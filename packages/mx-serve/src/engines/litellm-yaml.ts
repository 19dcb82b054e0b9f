import { stringify } from "yaml";
import type { LitellmConfig, Route } from "./litellm-config.ts";

const variable = (name: string) => `os.environ/${name}`;

function listed(route: Route): object {
  const base = route.api_base_env === undefined ? route.api_base : variable(route.api_base_env);
  return {
    model_name: route.name,
    litellm_params: {
      model: route.model,
      ...(base === undefined ? {} : { api_base: base }),
      ...(route.api_key_env === undefined ? {} : { api_key: variable(route.api_key_env) }),
      ...(route.api_version === undefined ? {} : { api_version: route.api_version }),
    },
  };
}

const callbacks = { v2: "langfuse", otel: "langfuse_otel" };

/**
 * A configuration of LiteLLM's proxy. A parameter that a provider does not know is an error and is not dropped: what
 * was measured would not be what was asked for.
 */
export function litellmYaml(config: LitellmConfig, routes: readonly Route[]): string {
  const traces = config.langfuse === "none" ? null : [callbacks[config.langfuse]];
  return stringify({
    model_list: routes.map((route) => listed(route)),
    litellm_settings: {
      drop_params: false,
      set_verbose: false,
      request_timeout: config.request_timeout,
      ...(traces === null ? {} : { success_callback: traces, failure_callback: traces }),
    },
    general_settings: config.master_key ? { master_key: variable("LITELLM_MASTER_KEY") } : {},
  });
}

/** Names of the variables that the routes need. */
export function routeVariables(routes: readonly Route[]): string[] {
  const names = routes.flatMap(({ api_base_env: base, api_key_env: key }) => [base, key]);
  return [...new Set(names.filter((name) => name !== undefined))];
}
