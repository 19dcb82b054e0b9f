import type { RetryPolicy } from "./with-retries.ts";
import type { Clocks } from "./judge-client.ts";

/** What a judge can be told. */
export interface JudgeOptions {
  /** Where OPENAI_BASE_URL, OPENAI_API_KEY and MX_HOME are read from. */
  env: NodeJS.ProcessEnv;
  /** The endpoint, in place of OPENAI_BASE_URL. */
  url?: string | undefined;
  /** Calls at a time; default 8. */
  parallel?: number | undefined;
  /** False: replies are neither kept nor taken from those that are. */
  cache?: boolean | undefined;
  /** Sent only where it is given. */
  temperature?: number | undefined;
  /** No call begins after it has aborted, and no pause goes on. */
  stop?: AbortSignal | undefined;
  /** Ends the calls that are under way. */
  abort?: AbortSignal | undefined;
  /** One line for people. */
  note?: ((text: string) => void) | undefined;
  /** Values to mask beside the endpoint's own key. */
  secrets?: readonly string[] | undefined;
  /** For tests. */
  timing?: Partial<RetryPolicy & Clocks> | undefined;
}
