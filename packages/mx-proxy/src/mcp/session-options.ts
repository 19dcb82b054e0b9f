import type { ProcessGroups } from "@mx/cli/process-groups";
import type { CallLog } from "./answers.ts";

/** What a session needs, and who hears of it. */
export interface SessionOptions {
  groups: ProcessGroups;
  log: CallLog;
  /** Takes secrets out of a text. */
  mask(text: string): string;
  /** The server could not be started or reached, or has ended. */
  failed(why: string): void;
  /** The client has left before the server was ready. */
  left(why: string): void;
  /** The server is ready. */
  ready(): void;
  /** The session is over; nothing more comes of it. */
  over(): void;
}
