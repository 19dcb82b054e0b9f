import { openaiError, type Refusal } from "../call/openai-error.ts";
import { listed } from "../upstream/listed-model.ts";
import type { Exchange, Reply, UpstreamRequest } from "../upstream/upstream.ts";
import { completion, completionBody } from "./completion.ts";
import { completionEvents } from "./completion-events.ts";
import { jsonScene } from "./json-scene.ts";
import { pickAnswer, placeOf } from "./pick-answer.ts";
import { PlayedUpstream } from "./played-upstream.ts";
import { PlayedExchange, type PlayedFrom, type Scene } from "./played-exchange.ts";
import type { Script } from "./read-script.ts";
import { ScriptRequest } from "./script-request.ts";

const scripted: PlayedFrom = { attempts: 1, sent: true, upstream: "scripted", cache: "off" };
const brokenOff = {
  code: "upstream_truncated",
  message: "the reply broke off, as the script asks for",
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
      const id = decodeURIComponent(path.slice("/v1/models/".length));
      return this.#script.models.includes(id)
        ? jsonScene(200, JSON.stringify(model(id)))
        : noModel(id);
    }
    if (request.method === "POST" && path === "/v1/chat/completions") return this.#chat(request);
    return refusal({
      status: 404,
      code: "not_scripted",
      message: `the scripted model answers chat completions and the list of models, not ${path}`,
    });
  }

  #chat({ asked, subject }: UpstreamRequest): Scene {
    const parsed = ScriptRequest.safeParse(asked.body);
    if (!parsed.success) {
      const message = "the body is not a chat completion request with a model and messages";
      return refusal({ status: 400, code: "bad_request", message });
    }
    const request = parsed.data;
    if (!this.#script.models.includes(request.model)) return noModel(request.model);
    const place = placeOf(this.#script.answers, request, subject);
    const line = pickAnswer(this.#script.answers, request, subject, place);
    if (line === null) {
      const task = place.task === null ? "a task that nothing names" : `task ${place.task}`;
      const message = `the script has no answer for ${task}, turn ${place.turn}, trial ${subject.trial}`;
      return refusal({ status: 404, code: "script_miss", message });
    }
    const extra = Object.entries(line.headers ?? {}).flat();
    const timing = { delayMs: line.delay_ms ?? 0, hang: line.hang ?? false };
    if (line.status !== undefined) {
      const message = line.content ?? "an error that the script asks for";
      const body = openaiError({ status: line.status, code: "scripted_error", message });
      return { ...jsonScene(line.status, body, extra), ...timing };
    }
    const reply = completion(line, request, place);
    const events = asked.stream
      ? completionEvents(reply, asked.includeUsage)
      : halves(completionBody(reply));
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

function refusal(error: Refusal): Scene {
  return jsonScene(error.status, openaiError(error));
}

function noModel(id: string): Scene {
  const message = `the script does not serve the model ${id}`;
  return refusal({ status: 404, code: "model_not_found", message });
}

function model(id: string) {
  return listed(id, "scripted");
}

/** In two pieces, so that there is a middle to break off in. */
function halves(text: string): string[] {
  const middle = Math.floor(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}
