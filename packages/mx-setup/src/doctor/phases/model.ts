import { oneLine } from "@mx/cli";
import * as z from "zod";
import { callService, type Answer } from "../call-service.ts";
import { failed, notRun, ok, type Finding } from "../finding.ts";
import type { PhaseContext } from "../phase.ts";
import type { Service } from "../service.ts";
import { listModels, refused, unreachable } from "./services.ts";

/** A model that scales to zero takes minutes to answer its first call. */
const firstCallMs = 300_000;
const mostTokens = 20;

const Completion = z.object({
  model: z.string().optional(),
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }).nullish(),
});

/** model: one small completion from each model API. */
export async function* model(context: PhaseContext): AsyncGenerator<Finding> {
  const { services, flags } = context;
  const apis = services.flatMap((service) =>
    service.url === null ? [] : [{ service, url: service.url }],
  );
  if (apis.length === 0) {
    yield notRun(
      "model call",
      "no model API is named",
      "--endpoint NAME=URL, or `services` in the setup file",
    );
  } else if (!flags.allowCost) {
    yield notRun("model call", "it may cost money", "--allow-cost");
  } else {
    for (const { service, url } of apis) yield await callModel(service, url, context);
  }
}

async function callModel(service: Service, url: string, { flags }: PhaseContext): Promise<Finding> {
  const name = `${service.name} answers`;
  let chosen = flags.model ?? service.models[0];
  if (chosen === undefined) {
    const listed = await listModels(service, url, flags.timeoutS * 1000);
    if (!Array.isArray(listed)) return listed;
    chosen = listed[0];
    if (chosen === undefined) return failed(name, "it lists no model", "--model NAME");
  }
  const at = `${url.replace(/\/$/, "")}/chat/completions`;
  const answer = await complete(service, at, chosen);
  if (answer.problem !== null) return unreachable(name, at, answer.problem);
  if (answer.status === 401 || answer.status === 403)
    return refused(name, at, answer.status, service);
  const completion = Completion.safeParse(answer.body);
  if (answer.status !== 200 || !completion.success) {
    const said = answer.body === null ? "" : `: ${oneLine(JSON.stringify(answer.body), 300)}`;
    return failed(
      name,
      `${chosen}: ${at} answers ${answer.status}${said}`,
      "see that the model is served under this name: --model NAME",
    );
  }
  const { choices, usage, model: served } = completion.data;
  const text = choices[0]?.message.content ?? "";
  const tokens =
    usage == null
      ? "tokens not told"
      : `${usage.prompt_tokens} + ${usage.completion_tokens} tokens`;
  return ok(
    name,
    `${served ?? chosen}: ${JSON.stringify(oneLine(text, 60))}, ${tokens}, ${answer.elapsedMs} ms`,
  );
}

async function complete(service: Service, url: string, chosen: string): Promise<Answer> {
  const ask = (limit: string) =>
    callService(service, url, {
      timeoutMs: firstCallMs,
      body: {
        model: chosen,
        messages: [{ role: "user", content: "Reply with one word: ready" }],
        [limit]: mostTokens,
      },
    });
  const first = await ask("max_tokens");
  // OpenAI's newer models refuse the name that everybody else knows.
  const isRenamed =
    first.status === 400 && JSON.stringify(first.body).includes("max_completion_tokens");
  return isRenamed ? ask("max_completion_tokens") : first;
}
