import type { Completion } from "./completion.ts";
import type { ScriptRequest } from "./script-request.ts";

/** One API in whose words a script is asked and answers. */
export interface Dialect {
  /** What a request is called in messages. */
  readonly request: string;
  /**
   * The request as a script reads it: as a chat completion's. `model` is the one that the path names, null where that
   * names none. Null: the body is no such request.
   */
  read(body: unknown, model: string | null): ScriptRequest | null;
  /** The body of a reply that is not a stream. */
  body(reply: Completion, request: ScriptRequest): string;
  /** The server-sent events of a reply that is a stream. */
  events(reply: Completion, request: ScriptRequest, includeUsage: boolean): string[];
}
