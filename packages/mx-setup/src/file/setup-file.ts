import * as z from "zod";
import { GenerateSpec } from "../values/generate-spec.ts";

/** A name of an environment, a secret, a volume. */
export const objectName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "a name is letters, digits, `.`, `_` and `-`, 64 at most",
  );
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable's name is letters, digits and `_`");
const httpUrl = z.url({ protocol: /^https?$/, error: "expected an http or https URL" });

/** One key of a secret, and where its value comes from. Nothing said: it must be in the .env file or the environment. */
export const KeySetting = z
  .strictObject({
    variable: variableName
      .optional()
      .describe(
        "looked up by this name, if it is not the key's own; keys of one variable share a value, and how it is generated",
      ),
    from: z
      .enum(["env_file", "environment"])
      .optional()
      .describe("look here only; default: the .env file, then the environment"),
    default: z.string().min(1).optional().describe("the value where there is no other"),
    generate: GenerateSpec.optional(),
    optional: z.boolean().default(false).describe("leave the key out where it has no value"),
  })
  .refine(
    (key) =>
      [key.default !== undefined, key.generate !== undefined, key.optional].filter(Boolean)
        .length <= 1,
    "only one of `default`, `generate` and `optional`",
  );
export type KeySetting = z.infer<typeof KeySetting>;

/** A service that `doctor services` calls. */
export const ServiceSetting = z
  .strictObject({
    url: httpUrl.optional().describe("base URL of an OpenAI-compatible API, with /v1"),
    models: z.array(z.string().min(1)).default([]).describe("models that it must list"),
    health: httpUrl.optional().describe("a URL that answers 2xx when the service is well"),
    api_key_env: variableName
      .optional()
      .describe("NAME of the variable with the key, looked up like a secret's"),
  })
  .refine(
    ({ url, health }) => url !== undefined || health !== undefined,
    "a service needs `url` or `health`",
  );
export type ServiceSetting = z.infer<typeof ServiceSetting>;

/** YAML's `KEY:` with nothing behind it. */
const orEmpty = <T extends z.ZodType>(schema: T) => z.preprocess((value) => value ?? {}, schema);

/** Every key of every secret, with the variable that it is looked up by. */
function keysOf(secrets: Record<string, Record<string, KeySetting>>) {
  return Object.entries(secrets).flatMap(([secret, keys]) =>
    Object.entries(keys).map(([key, setting]) => ({
      secret,
      key,
      setting,
      variable: setting.variable ?? key,
    })),
  );
}

/** mx.setup.yaml: what must be there in the cloud. */
export const SetupFile = z
  .strictObject({
    environment: objectName.describe("the Modal environment; it is made where it is missing"),
    env_file: z.string().min(1).default(".env").describe("file with values; relative to this file"),
    generated_file: z
      .string()
      .min(1)
      .optional()
      .describe("file for generated values; default: .mx/secrets/ENVIRONMENT.env beside this file"),
    secrets: z
      .record(objectName, z.record(variableName, orEmpty(KeySetting)))
      .default({})
      .describe("secret -> key -> where its value comes from"),
    volumes: z
      .record(
        objectName,
        orEmpty(
          z.strictObject({
            version: z
              .union([z.literal(1), z.literal(2)])
              .optional()
              .describe("default: the one that Modal makes"),
          }),
        ),
      )
      .default({}),
    services: z.record(objectName, ServiceSetting).default({}),
  })
  .superRefine(({ secrets }, context) => {
    const first = new Map<string, { where: string; generate: string }>();
    for (const { secret, key, setting, variable } of keysOf(secrets)) {
      if (setting.generate === undefined) continue;
      const generate = JSON.stringify(setting.generate);
      const known = first.get(variable);
      first.set(variable, known ?? { where: `${secret}.${key}`, generate });
      if (known === undefined || known.generate === generate) continue;
      context.addIssue({
        code: "custom",
        path: ["secrets", secret, key],
        message: `${known.where} has the same variable, and generates it in another way`,
      });
    }
  })
  .transform((file) => {
    const generated = new Map(
      keysOf(file.secrets)
        .map(({ variable, setting }) => [variable, setting.generate] as const)
        .filter(([, generate]) => generate !== undefined),
    );
    const shared = (key: string, setting: KeySetting): KeySetting => {
      const generate = generated.get(setting.variable ?? key);
      const isPlain = setting.default === undefined && !setting.optional;
      return generate === undefined || !isPlain ? setting : { ...setting, generate };
    };
    const secrets = Object.entries(file.secrets).map(([name, keys]) => [
      name,
      Object.fromEntries(Object.entries(keys).map(([key, setting]) => [key, shared(key, setting)])),
    ]);
    return { ...file, secrets: Object.fromEntries(secrets) as typeof file.secrets };
  });
export type SetupFile = z.infer<typeof SetupFile>;
