import { replaceFile } from "@mx/store/replace-file";
import { join } from "node:path";
import type { ServerPlan } from "../../server-plan.ts";
import { databaseOf } from "../database-of.ts";

/** Writes the password file of libpq, for $PGPASSFILE, into the folder of a Postgres. */
export async function writePgpass(folder: string, plan: ServerPlan, key: string): Promise<void> {
  const escaped = key.replaceAll(/[\\:]/g, (special) => `\\${special}`);
  await replaceFile(
    join(folder, "pgpass"),
    (file) => file.writeFile(`127.0.0.1:*:*:${databaseOf(plan).user}:${escaped}\n`),
    { mode: 0o600 },
  );
}
