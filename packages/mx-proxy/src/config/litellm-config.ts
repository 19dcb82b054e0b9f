import * as z from "zod";

const limit = z.coerce.number().positive().optional();
const text = z.string().min(1);

/** One entry of LiteLLM's `model_list`: a name that callers ask for, and one place that answers for it. */
export const Deployment = z.looseObject({
  model_name: text,
  litellm_params: z.looseObject({
    model: text,
    custom_llm_provider: z.string().nullish(),
    api_base: z.string().nullish(),
    base_url: z.string().nullish(),
    api_key: z.string().nullish(),
    api_version: z.coerce.string().nullish(),
    organization: z.string().nullish(),
    extra_headers: z.record(z.string(), z.coerce.string()).nullish(),
    rpm: limit,
    tpm: limit,
    max_parallel_requests: limit,
    weight: limit,
    order: z.coerce.number().int().optional(),
    timeout: z.coerce.number().positive().nullish(),
  }),
  model_info: z.looseObject({ id: z.string().optional() }).nullish(),
  rpm: limit,
  tpm: limit,
});
export type Deployment = z.infer<typeof Deployment>;

const Fallbacks = z.array(z.record(z.string(), z.array(z.unknown()))).nullish();

const Alias = z.union([text, z.looseObject({ model: text })]);

const settings = {
  num_retries: z.int().min(0).nullish(),
  fallbacks: Fallbacks,
  default_fallbacks: z.array(text).nullish(),
  allowed_fails: z.int().min(0).nullish(),
  cooldown_time: z.number().positive().nullish(),
};

/** LiteLLM's configuration file, as far as it says where calls go. */
export const LitellmConfig = z.looseObject({
  model_list: z.array(Deployment).min(1),
  router_settings: z
    .looseObject({
      ...settings,
      model_group_alias: z.record(z.string(), Alias).nullish(),
      routing_strategy: z.string().nullish(),
      timeout: z.number().positive().nullish(),
    })
    .nullish(),
  litellm_settings: z
    .looseObject({ ...settings, request_timeout: z.number().positive().nullish() })
    .nullish(),
  general_settings: z.looseObject({}).nullish(),
  environment_variables: z.record(z.string(), z.unknown()).nullish(),
});
export type LitellmConfig = z.infer<typeof LitellmConfig>;
