import type { Engine } from "./engine.ts";
import { PostgresConfig } from "./postgres-config.ts";
import { dataPath } from "../servers/data-path.ts";
import { postgresData } from "./postgres-data.ts";
import { postgresScript } from "./postgres-script.ts";

const script = "start-postgres.sh";

/** A Postgres server. Its data are in a folder of their own, or in a volume at Modal, and outlive its settings. */
export const postgres: Engine<PostgresConfig> = {
  name: "postgres",
  section: "postgres",
  config: PostgresConfig,
  model: "none",
  plan({ config, where, env }) {
    const { user, database, max_connections: connections } = config;
    const name = postgresData(config);
    const data = where === "modal" ? `modal-${name}` : name;
    return {
      argv: [
        "sh",
        `{dir}/${script}`,
        where === "modal" ? "{dir}/data" : dataPath(env, data),
        "{host}",
        "{port}",
        user,
        database,
        String(connections),
      ],
      env: {},
      secrets: [],
      apiKeyEnv: "POSTGRES_PASSWORD",
      probe: { kind: "postgres" },
      apiPath: "",
      // A fast shutdown: SIGTERM would wait for every client to go.
      stopSignal: "SIGINT",
      files: { [script]: postgresScript },
      image: `postgres:${config.version}-bookworm`,
      imageSetup: [],
      packages: [],
      needs: { program: "sh", hint: "apt-get install postgresql" },
      data,
      volumes: { "{dir}/data": name === "postgres-main" ? "mx-postgres" : `mx-${name}` },
      memory: null,
      single: true,
    };
  },
};
