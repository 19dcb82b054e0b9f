import type { PostgresConfig } from "./postgres-config.ts";

/**
 * The name of a Postgres's data: by what is inside, and by no setting that only says how it is served. Another user or
 * database is made with the data, so that it has data of its own.
 */
export function postgresData({ name, user, database }: PostgresConfig): string {
  const own = user === "mx" && database === "mx" ? [] : [user, database];
  // None of these has a hyphen.
  return ["postgres", name, ...own].join("-");
}
