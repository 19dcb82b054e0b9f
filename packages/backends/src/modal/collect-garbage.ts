import { failureKind, modalError } from "./client/modal-failure.ts";
import { openModalClient } from "./client/open-modal-client.ts";
import type { SandboxRow } from "./client/raw.ts";
import { judgeGarbage, type Garbage, type GarbageRules } from "../garbage.ts";
import { tagNames } from "./owner-tag.ts";

/** Which sandboxes are to be ended. */
export interface GarbageOptions extends GarbageRules {
  app: string;
  environment?: string | undefined;
  /** Only those of this run. */
  run?: string | undefined;
  /** Say what would be done. */
  dryRun: boolean;
}

/**
 * Finds what processes that were killed left running, by the tags that every sandbox of mx carries, and ends it. A
 * sandbox whose mx-sandbox is alive is never ended unless `all` says so.
 */
export async function* collectGarbage(
  env: NodeJS.ProcessEnv,
  options: GarbageOptions,
): AsyncGenerator<Garbage> {
  const { environment } = options;
  const connection = await openModalClient(env, { environment });
  const { raw } = connection;
  try {
    const appId = await raw.app(options.app, { create: false });
    const tags: Record<string, string> =
      options.run === undefined ? {} : { [tagNames.run]: options.run };
    // Listed first: the pages of a list that shrinks would skip some.
    const found: SandboxRow[] = [];
    for await (const row of raw.sandboxes(appId, tags)) found.push(row);
    for (const row of found) {
      const keep = judgeGarbage(
        { owner: row.tags[tagNames.owner], createdAt: row.createdAt },
        options,
      );
      if (keep !== null) {
        yield { id: row.id, action: "keep", reason: keep };
        continue;
      }
      const reason = `of run ${row.tags[tagNames.run]}, since ${row.createdAt.toISOString()}`;
      yield { id: row.id, ...(options.dryRun ? { action: "delete" } : await end(row)), reason };
    }
  } catch (error) {
    if (failureKind(error) === "not_found") return; // no app, so that nothing ever ran in it
    throw modalError(error, "the sandboxes could not be listed");
  } finally {
    connection.close();
  }

  async function end({ id }: SandboxRow): Promise<{ action: "delete" | "fail" }> {
    try {
      await raw.terminate(id);
      return { action: "delete" };
    } catch {
      return { action: "fail" };
    }
  }
}
