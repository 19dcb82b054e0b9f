import { settingError } from "../config/setting-error.ts";
import type { Engine, EngineRequest } from "./engine.ts";
import { LangfuseConfig } from "./langfuse-config.ts";
import { langfuseScript } from "./langfuse-script.ts";
import { postgresScript } from "./postgres-script.ts";

const script = "start-langfuse.sh";
/** The first organisation, project and user, by the names that Langfuse reads. */
const initial = [
  "ORG_ID",
  "ORG_NAME",
  "PROJECT_ID",
  "PROJECT_NAME",
  "PROJECT_PUBLIC_KEY",
  "PROJECT_SECRET_KEY",
  "USER_EMAIL",
  "USER_PASSWORD",
  "USER_NAME",
].map((name) => `LANGFUSE_INIT_${name}`);

/** Langfuse does not start without an address of its own. On Modal its script sets all three. */
const inDocker = { HOSTNAME: "{host}", PORT: "{port}", NEXTAUTH_URL: "http://{host}:{port}" };
/** Marks its processes as the server's. */
const token = "MX_SERVER_TOKEN";

/**
 * On a machine of one's own it runs in its image by Docker, which hands variables on by their names. In the machine's own
 * network: its database may listen on loopback only, and so does it itself.
 */
function dockerArgv(image: string, names: readonly string[]): string[] {
  return [
    "docker",
    "run",
    "--rm",
    "--init",
    "--network",
    "host",
    ...names.flatMap((name) => ["--env", name]),
    image,
  ];
}

/** Langfuse 2, which keeps traces in Postgres. */
export const langfuse: Engine<LangfuseConfig> = {
  name: "langfuse",
  section: "langfuse",
  config: LangfuseConfig,
  model: "none",
  plan({ config, where, infra }: EngineRequest<LangfuseConfig>) {
    const beside = config.database === "beside";
    const other = config.name === "main" ? "" : `-${config.name}`;
    if (where !== "modal" && beside) {
      throw settingError(
        "Langfuse brings a Postgres of its own on Modal only",
        "`mx-serve up --engine postgres`, its address in DATABASE_URL, and --langfuse.database=external",
      );
    }
    const image = infra.image ?? `ghcr.io/langfuse/langfuse:${config.version}`;
    const secrets = [
      beside ? "LANGFUSE_POSTGRES_PASSWORD" : "DATABASE_URL",
      "NEXTAUTH_SECRET",
      "SALT",
      ...(config.init ? initial : []),
    ];
    const env = {
      TELEMETRY_ENABLED: "false",
      ...(where === "modal" ? {} : inDocker),
      ...(config.public_url === null ? {} : { NEXTAUTH_URL: config.public_url }),
    };
    const files = { [script]: langfuseScript, "start-postgres.sh": postgresScript };
    return {
      argv:
        where === "modal"
          ? ["sh", `{dir}/${script}`, "{dir}", "{host}", "{port}", config.database]
          : dockerArgv(image, [...secrets, ...Object.keys(env), token]),
      env,
      secrets,
      apiKeyEnv: null,
      probe: { kind: "http", path: "/api/public/health" },
      apiPath: "",
      files: where === "modal" ? files : {},
      image,
      imageSetup: beside ? ["USER root", "RUN apk add --no-cache postgresql16 su-exec"] : [],
      packages: [],
      needs: { program: "docker", hint: "Langfuse runs in its image: install Docker" },
      volumes: beside ? { "{dir}/data": `mx-langfuse-postgres${other}` } : {},
      memory: null,
      single: true,
    };
  },
};
