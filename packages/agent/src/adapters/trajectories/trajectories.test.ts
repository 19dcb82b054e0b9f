import { expect, test } from "vitest";
import { readNativeTrajectory } from "./read-trajectory.ts";

const lines = (...objects: object[]) => objects.map((one) => JSON.stringify(one)).join("\n");
const at = "2026-02-14T10:30:00.000Z";
const later = "2026-02-14T10:30:05.000Z";

test("Claude Code: blocks of one reply are one message, sub-agents are elsewhere", () => {
  const reply = (id: string, block: object, output_tokens: number) => ({
    type: "assistant",
    timestamp: at,
    message: {
      id,
      model: "m",
      content: [block],
      usage: {
        input_tokens: 5,
        cache_read_input_tokens: 30,
        cache_creation_input_tokens: 2,
        output_tokens,
      },
    },
  });
  const use = (id: string) => ({ type: "tool_use", id, name: "Bash", input: { command: id } });
  const result = (id: string, content: unknown) => ({
    type: "user",
    timestamp: later,
    message: { content: [{ type: "tool_result", tool_use_id: id, content }] },
  });
  const session = lines(
    { type: "queue-operation", sessionId: "s-1" },
    { type: "user", version: "2.1.0", timestamp: at, message: { content: "do it" } },
    reply("r1", { type: "thinking", thinking: "hm", signature: "x" }, 1),
    reply("r1", { type: "text", text: "Let me." }, 1),
    reply("r1", use("a"), 9),
    result("a", "one"),
    { ...reply("r9", { type: "text", text: "of a sub-agent" }, 5), isSidechain: true },
    reply("r1", use("b"), 9),
    result("b", [{ type: "text", text: "two" }]),
    reply("r2", { type: "text", text: "Done." }, 3),
  );
  expect(readNativeTrajectory("claude-code", session)).toMatchObject({
    sessionId: "s-1",
    version: "2.1.0",
    model: "m",
    messages: [
      { role: "user", content: "do it" },
      {
        role: "assistant",
        content: "Let me.",
        reasoning_content: "hm",
        tool_calls: [
          { id: "a" },
          { id: "b", function: { name: "Bash", arguments: { command: "b" } } },
        ],
        usage: {
          prompt_tokens: 37,
          completion_tokens: 9,
          prompt_tokens_details: { cached_tokens: 30 },
        },
      },
      { role: "tool", content: "one", tool_call_id: "a" },
      { role: "tool", content: "two", tool_call_id: "b" },
      { role: "assistant", content: "Done.", usage: { completion_tokens: 3 } },
    ],
  });
});

const item = (payload: object) => ({ timestamp: at, type: "response_item", payload });
const text = (role: string, said: string) =>
  item({ type: "message", role, content: [{ type: "output_text", text: said }] });
const counted = (input_tokens: number, output_tokens: number) => ({
  input_tokens,
  cached_input_tokens: 1,
  output_tokens,
});

test("Codex: what the model said in one turn is one message, and each turn is counted once", () => {
  const record = (input: number, output: number) => ({
    type: "token_usage_record",
    payload: { usage: counted(input, output) },
  });
  const event = (input: number, output: number) => ({
    type: "event_msg",
    payload: { type: "token_count", info: { last_token_usage: counted(input, output) } },
  });
  const turns = (...usage: object[][]) =>
    lines(
      { type: "session_meta", payload: { id: "s-2", cli_version: "0.169.0" } },
      { type: "turn_context", payload: { model: "m" } },
      text("developer", "rules"),
      text("user", "do it"),
      item({ type: "reasoning", summary: [{ type: "summary_text", text: "hm" }] }),
      text("assistant", "Let me."),
      item({ type: "function_call", name: "exec", arguments: '{"cmd":"ls"}', call_id: "a" }),
      item({ type: "custom_tool_call", name: "apply_patch", input: "*** x", call_id: "b" }),
      ...(usage[0] ?? []),
      item({ type: "function_call_output", call_id: "a", output: "one" }),
      item({
        type: "custom_tool_call_output",
        call_id: "b",
        output: { content: [{ text: "two" }] },
      }),
      ...(usage[1] ?? []),
      text("assistant", "Done."),
      ...(usage[2] ?? []),
    );
  // With records before the results and events after them, with both, and with events alone.
  for (const session of [
    turns([record(10, 2)], [event(10, 2)], [record(20, 3), event(20, 3)]),
    turns([], [event(10, 2)], [event(20, 3)]),
  ]) {
    expect(readNativeTrajectory("codex", session)).toMatchObject({
      sessionId: "s-2",
      version: "0.169.0",
      model: "m",
      messages: [
        { role: "system", content: "rules" },
        { role: "user", content: "do it" },
        {
          content: "Let me.",
          reasoning_content: "hm",
          tool_calls: [
            { id: "a", function: { name: "exec", arguments: '{"cmd":"ls"}' } },
            { id: "b", function: { name: "apply_patch", arguments: { input: "*** x" } } },
          ],
          usage: { prompt_tokens: 10, completion_tokens: 2 },
        },
        { role: "tool", content: "one", tool_call_id: "a" },
        { role: "tool", content: "two", tool_call_id: "b" },
        { content: "Done.", usage: { prompt_tokens: 20, completion_tokens: 3 } },
      ],
    });
  }
});

const gemini = {
  id: "2",
  timestamp: at,
  type: "gemini",
  content: "Let me.",
  thoughts: [{ subject: "Plan", description: "look" }],
  model: "m",
  toolCalls: [
    {
      id: "a",
      name: "run_shell_command",
      args: { command: "ls" },
      result: [{ functionResponse: { id: "a", response: { output: "one" } } }],
    },
  ],
  tokens: { input: 10, output: 2, cached: 4, thoughts: 3, tool: 0, total: 15 },
};
const asked = { id: "1", timestamp: at, type: "user", content: [{ text: "do it" }] };

test.for([
  [
    "one document",
    JSON.stringify({ sessionId: "s-3", messages: [asked, { type: "info", content: "x" }, gemini] }),
  ],
  [
    "lines",
    lines({ sessionId: "s-3" }, asked, { ...gemini, content: "" }, { $set: { x: 1 } }, gemini),
  ],
])("Gemini CLI, as %s", ([, chat = ""]) => {
  const { messages, sessionId, model } = readNativeTrajectory("gemini-cli", chat);
  expect({ sessionId, model }).toEqual({ sessionId: "s-3", model: "m" });
  expect(messages).toMatchObject([
    { role: "user", content: "do it" },
    {
      content: "Let me.",
      reasoning_content: "Plan: look",
      tool_calls: [
        { id: "a", function: { name: "run_shell_command", arguments: { command: "ls" } } },
      ],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 5,
        prompt_tokens_details: { cached_tokens: 4 },
      },
    },
    { role: "tool", content: "one", tool_call_id: "a" },
  ]);
});

test("OpenCode: what was cached and reasoned is part of the input and the output", () => {
  const call = {
    type: "tool",
    tool: "bash",
    callID: "a",
    state: { status: "error", input: { command: "ls" }, error: "no" },
  };
  const tokens = { input: 10, output: 2, reasoning: 3, cache: { read: 4, write: 1 } };
  const said = [
    { type: "step-start" },
    { type: "reasoning", text: "hm" },
    { type: "text", text: "Let me." },
    call,
  ];
  const session = JSON.stringify({
    info: { id: "ses_1", version: "1.18.33", model: { id: "m" } },
    messages: [
      {
        info: { role: "user", time: { created: 1_700_000_000_000 } },
        parts: [{ type: "text", text: "do it" }],
      },
      { info: { role: "assistant", tokens }, parts: said },
    ],
  });
  expect(readNativeTrajectory("opencode", session)).toMatchObject({
    sessionId: "ses_1",
    version: "1.18.33",
    messages: [
      { role: "user", content: "do it", timestamp: "2023-11-14T22:13:20.000Z" },
      {
        content: "Let me.",
        reasoning_content: "hm",
        tool_calls: [{ id: "a", function: { name: "bash", arguments: { command: "ls" } } }],
        usage: {
          prompt_tokens: 15,
          completion_tokens: 5,
          prompt_tokens_details: { cached_tokens: 4 },
        },
      },
      { role: "tool", content: "no", tool_call_id: "a" },
    ],
  });
});

test("mini-swe-agent: its own note of the end is no message", () => {
  const called = {
    id: "a",
    type: "function",
    function: { name: "bash", arguments: '{"command":"ls"}' },
  };
  const document = JSON.stringify({
    info: { mini_version: "2.4.6", config: { model: { model_name: "openai/m" } } },
    messages: [
      { role: "system", content: "rules" },
      { role: "user", content: [{ type: "text", text: "do it" }] },
      {
        role: "assistant",
        content: null,
        tool_calls: [called],
        extra: {
          timestamp: 1_700_000_000.5,
          response: { usage: { prompt_tokens: 10, completion_tokens: 2 } },
        },
      },
      { role: "tool", tool_call_id: "a", content: "one" },
      { role: "exit", content: "", extra: { exit_status: "Submitted" } },
    ],
  });
  const { messages, version, model } = readNativeTrajectory("mini-swe-agent", document);
  expect({ version, model, length: messages.length }).toEqual({
    version: "2.4.6",
    model: "openai/m",
    length: 4,
  });
  expect(messages[2]).toMatchObject({
    content: "",
    usage: { prompt_tokens: 10 },
    timestamp: "2023-11-14T22:13:20.500Z",
  });
  expect(messages[3]).toMatchObject({ role: "tool", content: "one", tool_call_id: "a" });
});

test("Aider: what it says itself stands between what the user and the model say", () => {
  const history = `
# aider chat started at 2026-02-14 10:30:00

> Aider v0.86.2  
> Model: openai/m with whole edit format  

#### do it  
#### now  

out.txt
\`\`\`
# hello
\`\`\`

> Applied edit to out.txt  

#### thanks  

You are welcome.
`;
  expect(readNativeTrajectory("aider", history)).toMatchObject({
    version: "0.86.2",
    model: "openai/m",
    messages: [
      { role: "user", content: "do it\nnow" },
      { role: "assistant", content: "out.txt\n```\n# hello\n```" },
      { role: "user", content: "thanks" },
      { role: "assistant", content: "You are welcome." },
    ],
  });
});

test("a last line that was never finished is left out; any other is an error that names it", () => {
  const user = JSON.stringify({ type: "user", message: { content: "x" } });
  expect(readNativeTrajectory("claude-code", `${user}\n{"type":"assi`).messages).toHaveLength(1);
  expect(() => readNativeTrajectory("claude-code", `{"type":\n${user}`)).toThrow(
    "line 1 is not JSON",
  );
  expect(() => readNativeTrajectory("claude-code", `[]\n${user}`)).toThrow(
    "line 1 is not an object",
  );
  expect(() => readNativeTrajectory("opencode", "{}")).toThrow("no list of messages");
  expect(() => readNativeTrajectory("aider", "x")).toThrow("chat was started");
  expect(() => readNativeTrajectory("codex", "{}")).toThrow("no message");
});
