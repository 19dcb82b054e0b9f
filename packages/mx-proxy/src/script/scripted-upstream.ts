import { errorReply } from "../call/error-reply.ts";
import { googleCall } from "../call/google-call.ts";
import type { Refusal } from "../call/openai-error.ts";
import { listed } from "../upstream/listed-model.ts";
import type { Exchange, Reply, UpstreamRequest } from "../upstream/upstream.ts";
import { chatDialect } from "./chat-dialect.ts";
import { completion } from "./completion.ts";
import type { Dialect } from "./dialect.ts";
import { googleDialect } from "./google-dialect.ts";
import { jsonScene } from "./json-scene.ts";
import { messagesDialect } from "./messages-dialect.ts";
import { pickAnswer, placeOf } from "./pick-answer.ts";
import { PlayedUpstream } from "./played-upstream.ts";
import { PlayedExchange, type PlayedFrom, type Scene } from "./played-exchange.ts";
import type { Script } from "./read-script.ts";
import { responsesDialect } from "./responses-dialect.ts";

const scripted: PlayedFrom = { attempts: 1, sent: true, upstream: "scripted", cache: "off" };
const brokenOff = {
  code: "upstream_truncated",
  message: "the reply broke off, as the script asks for",
};

const dialects: Record<string, Dialect> = {
  "/v1/chat/completions": chatDialect,
  "/v1/messages": messagesDialect,
  "/v1/responses": responsesDialect,
};

/** A model that answers from a script. It is called scripted wherever it is named. */
export class ScriptedUpstream extends PlayedUpstream {
  readonly #script: Script;

  constructor(script: Script) {
    super("scripted");
    this.#script = script;
  }

  override models(): Promise<string[]> {
    return Promise.resolve(this.#script.models);
  }

  override call(request: UpstreamRequest, reply: Reply): Exchange {
    return new PlayedExchange(this.#scene(request), reply, scripted);
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }

  #scene(request: UpstreamRequest): Scene {
    const path = request.path.split("?", 1)[0] ?? "";
    if (request.method === "GET" && path === "/v1/models") {
      return jsonScene(
        200,
        JSON.stringify({ object: "list", data: this.#script.models.map(model) }),
      );
    }
    if (request.method === "GET" && path.startsWith("/v1/models/")) {
      const id = decoded(path.slice("/v1/models/".length));
      return this.#script.models.includes(id)
        ? jsonScene(200, JSON.stringify(model(id)))
        : noModel(path, id);
    }
    const dialect = request.method === "POST" ? dialectOf(path) : undefined;
    if (dialect !== undefined) return this.#answer(request, path, dialect);
    return refusal(path, {
      status: 404,
      code: "not_scripted",
      message: `the scripted model answers chat completions, messages, responses, generateContent and the list of models, not ${path}`,
    });
  }

  #answer({ asked, subject }: UpstreamRequest, path: string, dialect: Dialect): Scene {
    const request = readWith(dialect, asked.body, googleCall(path)?.model ?? null);
    if (request === null) {
      const message = `the body is not ${dialect.request}`;
      return refusal(path, { status: 400, code: "bad_request", message });
    }
    if (!this.#script.models.includes(request.model)) return noModel(path, request.model);
    const place = placeOf(this.#script.answers, request, subject);
    const line = pickAnswer(this.#script.answers, request, subject, place);
    if (line === null) {
      const task = place.task === null ? "a task that nothing names" : `task ${place.task}`;
      const message = `the script has no answer for ${task}, turn ${place.turn}, trial ${subject.trial}`;
      return refusal(path, { status: 404, code: "script_miss", message });
    }
    const extra = Object.entries(line.headers ?? {}).flat();
    const timing = { delayMs: line.delay_ms ?? 0, hang: line.hang ?? false };
    if (line.status !== undefined) {
      const message = line.content ?? "an error that the script asks for";
      const body = errorReply(path, { status: line.status, code: "scripted_error", message });
      return { ...jsonScene(line.status, body, extra), ...timing };
    }
    const reply = completion(line, request, place);
    const events = asked.stream
      ? dialect.events(reply, request, asked.includeUsage)
      : halves(dialect.body(reply, request));
    const type = asked.stream ? "text/event-stream" : "application/json";
    const said = line.truncate ? events.slice(0, Math.ceil(events.length / 2)) : events;
    return {
      head: { status: 200, message: "", headers: ["content-type", type, ...extra] },
      pieces: said.map((event) => Buffer.from(event)),
      dueMs: [],
      fault: line.truncate ? brokenOff : null,
      ...timing,
    };
  }
}

/** A body that is nested too deeply to be gone through is no request either. */
function readWith(dialect: Dialect, body: unknown, model: string | null) {
  try {
    return dialect.read(body, model);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A name with its escapes put in; as it is where they are none. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function dialectOf(path: string): Dialect | undefined {
  return googleCall(path)?.answers === true ? googleDialect : dialects[path];
}

function refusal(path: string, error: Refusal): Scene {
  return jsonScene(error.status, errorReply(path, error));
}

function noModel(path: string, id: string): Scene {
  const message = `the script does not serve the model ${id}`;
  return refusal(path, { status: 404, code: "model_not_found", message });
}

function model(id: string) {
  return listed(id, "scripted");
}

/** In two pieces, so that there is a middle to break off in. */
function halves(text: string): string[] {
  const middle = Math.floor(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}
