import type { Usage } from "@mx/records";
import type { Carried } from "./carried.ts";

/** A tool call in a reply, as the model wrote it. */
export interface ReplyCall {
  id: string;
  name: string;
  /** meant to be JSON, but not checked */
  arguments: string;
  /** why it cannot be carried out, where reading it has shown that */
  malformed?: string;
}

/** One reply of the model, whole. */
export interface Reply {
  content: string;
  reasoning: string | null;
  calls: ReplyCall[];
  /** why it ended: stop, tool_calls, length, content_filter, … */
  finishReason: string;
  /** as the server names it */
  model: string | null;
  /** of this one call */
  usage: Usage;
  /** what the next request needs of it, besides all this */
  carried?: Carried;
}
