import { failureKind, modalError } from "./client/modal-failure.ts";
import { openModalClient } from "./client/open-modal-client.ts";
import { endGarbage, type Found, type Garbage, type GarbageRules } from "../garbage.ts";
import { tagNames } from "./owner-tag.ts";

/** Which sandboxes are to be ended. */
export interface GarbageOptions extends GarbageRules {
  app: string;
  environment?: string | undefined;
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
    const wanted: Record<string, string> =
      options.run === undefined ? {} : { [tagNames.run]: options.run };
    // Listed first: the pages of a list that shrinks would skip some.
    const found: Found[] = [];
    for await (const { id, tags, createdAt } of raw.sandboxes(appId, wanted)) {
      found.push({ id, owner: tags[tagNames.owner], run: tags[tagNames.run], createdAt });
    }
    yield* endGarbage(found, options, (id) => raw.terminate(id));
  } catch (error) {
    if (failureKind(error) === "not_found") return; // no app, so that nothing ever ran in it
    throw modalError(error, "the sandboxes could not be listed");
  } finally {
    connection.close();
  }
}
