import type { SampleMessage, SampleRun, SampleTrial } from "./sample-run.ts";

const limits = {
  completed: null,
  max_turns: { type: "message", limit: 30 },
  timeout: { type: "time", limit: 60 },
  infra_error: null,
};
const values: Readonly<Record<string, string>> = { "1": "C", "0.5": "P", "0": "I" };
const longText = "attachment://0123456789abcdef0123456789abcdef";

/** A sample, with its system message kept as an attachment, as log/_condense.py keeps long ones. */
export function inspectSample(trial: SampleTrial, run: SampleRun) {
  const system = trial.messages.find(({ role }) => role === "system");
  const messages = trial.messages.map((one, index) => message(one, index));
  const replies = messages.filter(({ role }) => role === "assistant");
  const last = messages.at(-1);
  const usage = {
    input_tokens: trial.inputTokens,
    output_tokens: trial.outputTokens,
    total_tokens: 0,
  };
  return {
    id: Number(trial.task.id),
    epoch: trial.trial + 1,
    input: trial.task.prompt,
    target: trial.task.answer,
    messages,
    output: {
      model: `${run.model}-2026`,
      choices: last?.role === "assistant" ? [{ message: last, stop_reason: "stop" }] : [],
      completion: last?.role === "assistant" ? last.content : "",
    },
    scores:
      trial.reward === null
        ? {}
        : {
            match: { value: values[String(trial.reward)], explanation: "compared", history: [] },
            judge: { value: Number.NaN, history: [] },
          },
    metadata: { big: "x".repeat(300) },
    store: {},
    events: replies.map((reply, index) => event(reply, messages.indexOf(reply), trial, index)),
    model_usage:
      trial.ending === "infra_error"
        ? {}
        : { [run.model]: { ...usage, total_cost: trial.costUsd } },
    started_at: trial.startedAt,
    total_time: trial.seconds,
    error:
      trial.error === null ? null : { message: trial.error, traceback: "", traceback_ansi: "" },
    error_retries:
      trial.error === null ? [] : [{ message: trial.error, traceback: "", events: [] }],
    limit: limits[trial.ending],
    attachments: system === undefined ? {} : { [longText.slice(13)]: system.content },
    events_data: { messages, calls: [] },
  };
}

function message({ role, content, tool_calls, tool_call_id }: SampleMessage, index: number) {
  return {
    id: `message-${index}`,
    role,
    content: role === "system" ? longText : content,
    ...(tool_call_id !== undefined && { tool_call_id, function: "look_up" }),
    ...(tool_calls !== undefined && {
      tool_calls: tool_calls.map(({ id, function: { name, arguments: args } }) => ({
        id,
        function: name,
        arguments: JSON.parse(args) as unknown,
        type: "function",
      })),
    }),
  };
}

/** A call of the model. The tokens of all are those of the trial. */
function event(
  reply: ReturnType<typeof message>,
  position: number,
  trial: SampleTrial,
  index: number,
) {
  const usage =
    index === 0
      ? { input_tokens: trial.inputTokens, output_tokens: trial.outputTokens }
      : { input_tokens: 0, output_tokens: 0 };
  return {
    event: "model",
    timestamp: trial.startedAt,
    input: [],
    input_refs: [[0, position]],
    output: { choices: [{ message: reply, stop_reason: "stop" }], usage },
  };
}

/** Its summary, whose texts are cut: log/_log.py, `EvalSampleSummary`. */
export function inspectSummary({
  id,
  epoch,
  input,
  target,
  scores,
  model_usage,
  error,
  limit,
  error_retries,
}: ReturnType<typeof inspectSample>) {
  return {
    id,
    epoch,
    input: input.slice(0, 10),
    target,
    scores,
    model_usage,
    error: error?.message ?? null,
    limit: limit?.type ?? null,
    retries: error_retries.length,
    completed: true,
  };
}

/** The sample as log/_recorders/chunked/format.py has it. */
export function inspectChunks(
  prefix: string,
  whole: ReturnType<typeof inspectSample>,
): [string, unknown][] {
  const { messages, events, attachments, events_data: _pool, metadata, ...shell } = whole;
  const texts = Object.values(attachments);
  const numbered = JSON.parse(
    JSON.stringify(messages).replaceAll(longText, "attachment://0"),
  ) as unknown[];
  const inTwos = (name: string, items: unknown[]): [string, unknown][] =>
    items.flatMap((_item, at): [string, unknown][] =>
      at % 2 === 0 ? [[`${prefix}/${name}/${at}.json`, items.slice(at, at + 2)]] : [],
    );
  // One message that is in the pool and not in the conversation.
  const pool = [...numbered, { role: "user", content: "elsewhere" }];
  return [
    [`${prefix}/sample.json`, { ...shell, message_refs: [[0, messages.length]] }],
    [`${prefix}/metadata.json`, metadata],
    [`${prefix}/skeleton.json`, { version: 1 }],
    [`${prefix}/events/stats.json`, { version: 1, chunks: [] }],
    ...inTwos("messages", pool),
    ...inTwos("events", events),
    ...inTwos("attachments", texts),
  ];
}
