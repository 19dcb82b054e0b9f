import type { Usage } from "@mx/records";
import { httpFetch, type FetchLimits } from "@mx/cli/http-fetch";
import { longestTimerMs } from "@mx/cli/longest-timer";
import OpenAI from "openai";
import { CallError } from "./call-error.ts";
import { replyCost } from "./reply-cost.ts";
import { chatUsage } from "@mx/records/chat-usage";
import { toCallError } from "./to-call-error.ts";

/** One message to the judge. */
export interface JudgeMessage {
  role: "system" | "user";
  content: string;
}

/** One call. */
export interface JudgeCall {
  model: string;
  messages: JudgeMessage[];
  /** JSON Schema of the reply, and a name for it. */
  schemaName: string;
  schema: Record<string, unknown>;
  temperature: number | undefined;
}

/** What came back, before anybody has read it. */
export interface JudgeReply {
  text: string;
  /** What keeps the text from being a verdict, whatever it says: a refusal, or that it was cut off; null: nothing. */
  problem: string | null;
  servedModel: string | null;
  usage: Usage;
  costUsd: number | null;
}

/** The clocks of a call: for a connection, and for silence. */
export type Clocks = Required<Pick<FetchLimits, "connectMs" | "silenceMs">>;

/** A verdict is not that long. */
const maxReplyBytes = 32 * 1024 * 1024;

/**
 * Asks an OpenAI-compatible endpoint, once per call. The reply's form goes along as `response_format` until the
 * endpoint turns out to refuse that; the prompt asks for the same in words in any case.
 */
export class JudgeClient {
  readonly #openai: OpenAI;
  /** False once a call without `response_format` went well that had failed with it. */
  #takesSchema = true;

  constructor(settings: { baseUrl: string; apiKey: string | null } & Clocks) {
    const { connectMs, silenceMs } = settings;
    this.#openai = new OpenAI({
      baseURL: settings.baseUrl,
      apiKey: settings.apiKey ?? "none",
      maxRetries: 0,
      // The only clocks of a call are those of httpFetch.
      timeout: longestTimerMs,
      defaultHeaders: { "x-stainless-timeout": null },
      fetch: httpFetch({ connectMs, silenceMs, maxReplyBytes }),
      logLevel: "off",
    });
  }

  /** Throws a CallError that says whether to try again; what `signal` says where it has aborted. */
  async call(call: JudgeCall, signal: AbortSignal): Promise<JudgeReply> {
    if (!this.#takesSchema) return this.#send(call, false, signal);
    try {
      return await this.#send(call, true, signal);
    } catch (error) {
      const refused = error instanceof CallError && (error.status === 400 || error.status === 422);
      if (!refused || error.tooLong) throw error;
      const reply = await this.#send(call, false, signal);
      this.#takesSchema = false;
      return reply;
    }
  }

  async #send(call: JudgeCall, withSchema: boolean, signal: AbortSignal): Promise<JudgeReply> {
    const { model, messages, schemaName, schema, temperature } = call;
    signal.throwIfAborted();
    // The library never takes its listener off the signal that it gets, so each call has a signal of its own.
    const ended = new AbortController();
    const abort = () => ended.abort(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      const response = await this.#openai.chat.completions
        .create(
          {
            model,
            messages,
            ...(temperature !== undefined && { temperature }),
            ...(withSchema && {
              response_format: {
                type: "json_schema" as const,
                json_schema: { name: schemaName, schema, strict: true },
              },
            }),
          },
          { signal: ended.signal },
        )
        .asResponse();
      return readCompletion(await response.text(), response.headers);
    } catch (error) {
      signal.throwIfAborted();
      throw toCallError(error);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}

/** A chat completion, as far as servers keep to the form. Throws a CallError where it is none. */
function readCompletion(body: string, headers: Headers): JudgeReply {
  let completion: Completion | null;
  try {
    completion = JSON.parse(body) as Completion | null;
  } catch (cause) {
    const start = JSON.stringify(body.slice(0, 200));
    throw new CallError(`the endpoint's answer is not JSON: ${start}`, { tries: "more", cause });
  }
  const choice = completion?.choices?.[0];
  if (choice?.message == null) {
    // Some servers report their errors with status 200.
    const said = completion?.error?.message ?? body.slice(0, 200);
    throw new CallError(`the endpoint's answer has no message: ${JSON.stringify(said)}`, {
      tries: "more",
    });
  }
  const { content, refusal } = choice.message;
  return {
    text: typeof content === "string" ? content : "",
    problem: problemOf(choice.finish_reason, refusal),
    servedModel: typeof completion?.model === "string" ? completion.model : null,
    usage: chatUsage(completion?.usage),
    costUsd: replyCost(completion?.usage, headers),
  };
}

interface Completion {
  model?: unknown;
  usage?: unknown;
  error?: { message?: unknown };
  choices?: {
    finish_reason?: unknown;
    message?: { content?: unknown; refusal?: unknown };
  }[];
}

function problemOf(finish: unknown, refusal: unknown): string | null {
  if (typeof refusal === "string" && refusal !== "") {
    return `the judge refused: ${JSON.stringify(refusal.slice(0, 200))}`;
  }
  if (finish === "length") return "the reply was cut off at the token limit";
  if (finish === "content_filter") return "the reply was withheld by a content filter";
  return null;
}
