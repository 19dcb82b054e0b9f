import { afterAll, beforeAll, expect, test } from "vitest";
import { bundledAgent } from "./testing/bundled-agent.ts";
import { event, fails, says, type Answer } from "./testing/model-server.ts";
import { functionCall, message, reasoning, responds } from "./testing/responses-server.ts";
import { runToEnd } from "./testing/run-to-end.ts";

let bundle: Awaited<ReturnType<typeof bundledAgent>>;
beforeAll(async () => {
  bundle = await bundledAgent();
});
afterAll(() => bundle?.[Symbol.asyncDispose]());

const run = (answers: Answer[], ...args: string[]) =>
  runToEnd(bundle.file, answers, ["go", ...args]);
const responses = (answers: Answer[], ...args: string[]) =>
  run(answers, "--api", "responses", ...args);
const thinks = [
  reasoning("rs_1", "look first"),
  message("I look.", { phase: "commentary" }),
  functionCall("call_a", "Bash", { command: "echo a" }),
  reasoning("rs_2", "then again"),
  functionCall("call_b", "Bash", "{broken"),
];

test.for([true, false])(
  "the responses API, with its reasoning carried along (stream: %s)",
  async (stream) => {
    const { exitCode, stdout, report, asked, trajectory } = await responses(
      [responds(thinks), responds([reasoning("rs_3", "enough"), message("done")])],
      ...(stream ? [] : ["--no-stream"]),
      "--max-tokens",
      "99",
      "--reasoning-effort",
      "high",
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "done\n" });
    expect(report.usage).toEqual({
      input_tokens: 20,
      output_tokens: 10,
      cached_input_tokens: 8,
      reasoning_tokens: 4,
      calls: 2,
    });
    expect(asked[0]).toMatchObject({
      path: "/v1/responses",
      body: {
        model: "m",
        stream,
        store: false,
        include: ["reasoning.encrypted_content"],
        max_output_tokens: 99,
        reasoning: { effort: "high", summary: "auto" },
      },
    });
    expect(asked[0]!.body.tools[0]).toMatchObject({
      type: "function",
      name: "Bash",
      strict: false,
    });
    expect(asked[0]!.body.input.map(({ role }: { role: string }) => role)).toEqual([
      "system",
      "user",
    ]);
    expect(asked[1]!.body.input.slice(2)).toEqual([
      reasoning("rs_1", "look first"),
      { type: "message", role: "assistant", content: "I look.", phase: "commentary" },
      { type: "function_call", call_id: "call_a", name: "Bash", arguments: '{"command":"echo a"}' },
      reasoning("rs_2", "then again"),
      // What is no JSON is not sent back: servers refuse it, for ever.
      {
        type: "function_call",
        call_id: "call_b",
        name: "Bash",
        arguments: '{"not_an_object":"{broken"}',
      },
      { type: "function_call_output", call_id: "call_a", output: "a" },
      {
        type: "function_call_output",
        call_id: "call_b",
        output: expect.stringMatching(/^Error: .*not JSON/),
      },
    ]);
    expect(trajectory.steps[2]).toMatchObject({
      message: "I look.",
      reasoning_content: "look first\n\nthen again",
      tool_calls: [{ tool_call_id: "call_a" }, { tool_call_id: "call_b" }],
      metrics: { prompt_tokens: 10, extra: { reasoning_tokens: 2 } },
    });
    expect(JSON.stringify(trajectory)).not.toContain("sealed-");
  },
);

test("a model that takes neither sealed reasoning nor summaries is asked without, and goes on", async () => {
  const { exitCode, asked } = await responses(
    [
      fails(400, "Encrypted content is not supported with this model."),
      fails(400, "Unsupported parameter: 'reasoning.summary'"),
      responds([message("done")]),
    ],
    "--reasoning-effort",
    "low",
  );
  expect(exitCode).toBe(0);
  expect(asked[2]!.body).not.toHaveProperty("include");
  expect(asked[2]!.body.reasoning).toEqual({ effort: "low" });
});

test("a reply whose end does not repeat its items, one that was cut off, and one that was withheld", async () => {
  const bare = responds([message("all of it")]);
  const empty: Answer = (response, asked) => {
    const write = response.write.bind(response);
    response.end = ((text: string) => {
      write(text.replace(/"output":\[.*?\],"usage"/, '"output":[],"usage"'));
      return Reflect.apply(Object.getPrototypeOf(response).end, response, []);
    }) as typeof response.end;
    bare(response, asked);
  };
  expect((await responses([empty])).stdout).toBe("all of it\n");
  const cut = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
  const whole = await responses([responds([message("one ")], cut), responds([message("two")])]);
  expect(whole.stdout).toBe("one two\n");
  const withheld = { status: "incomplete", incomplete_details: { reason: "content_filter" } };
  expect((await responses([responds([], withheld)])).report.error).toMatch(/content filter/);
});

test("what goes wrong in a stream is tried again", async () => {
  const start: Answer = (response) =>
    response
      .writeHead(200, { "content-type": "text/event-stream" })
      .write(event({ type: "response.created" }));
  const { exitCode, stdout, asked } = await responses(
    [
      (response, asked) => (start(response, asked), response.end()),
      (response, asked) => (
        start(response, asked),
        response.end(event({ type: "error", code: "server_error", message: "oops" }))
      ),
      responds([], { status: "failed", error: { code: "server_error", message: "bad luck" } }),
      responds([message("done")]),
    ],
    "--retries",
    "3",
  );
  expect({ exitCode, stdout, asked: asked.length }).toEqual({
    exitCode: 0,
    stdout: "done\n",
    asked: 4,
  });
});

test("a seed is a usage error there: the API has none", async () => {
  const { startAgent } = await import("./testing/bundled-agent.ts");
  const args = ["go", "--api", "responses", "--seed", "1"];
  await using agent = await startAgent(bundle.file, "http://127.0.0.1:9/v1", args);
  expect(await agent.ended).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/--seed/) });
});

test("reasoning effort for chat completions", async () => {
  const { asked } = await run([says("ok")], "--reasoning-effort", "minimal");
  expect(asked[0]!.body.reasoning_effort).toBe("minimal");
});

test("a server that wants the reasoning before a call to come back gets it, and no other does", async () => {
  const thought = says({ reasoning: "hmm", calls: [["Bash", { command: "echo a" }]] });
  const wants = fails(400, "The `reasoning_content` in the thinking mode must be passed back.");
  const { exitCode, asked } = await run([thought, wants, thought, says("ok")]);
  expect(exitCode).toBe(0);
  const sent = asked.map(({ body }) =>
    body.messages
      .filter(({ role }: { role: string }) => role === "assistant")
      .map((message: Record<string, unknown>) => message["reasoning_content"]),
  );
  expect(sent).toEqual([[], [undefined], ["hmm"], ["hmm", "hmm"]]);
});

test("reasoning that was cut off before anything came of it is not sent back", async () => {
  const cut = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
  const { stdout, asked } = await responses([
    responds([reasoning("rs_1", "hm")], cut),
    responds([message("ok")]),
  ]);
  expect(stdout).toBe("ok\n");
  expect(JSON.stringify(asked[1]!.body.input)).not.toContain("rs_1");
});

const tagged = (name: string, args: unknown) =>
  `<tool_call>\n${JSON.stringify({ name, arguments: args })}\n</tool_call>`;

test("calls in the text: told how, carried out, answered; what is malformed can be mended", async () => {
  const first = `<think>hm</think>I write.\n${tagged("Write", { file_path: "a", content: "x" })}\n${tagged("Bash", { command: "cat a" })}`;
  const broken = '<tool_call>\n{"name": "Bash", "arguments": {command: "ls"}}\n</tool_call>';
  const { exitCode, stdout, asked, trajectory, report } = await run(
    [
      says(first),
      says(broken),
      says(`\`\`\`json\n{"name": "Bash", "arguments": {"command": "ls a"}}\n\`\`\``),
      says("a"),
    ],
    "--tool-calls",
    "text",
  );
  expect({ exitCode, stdout, turns: report.turns }).toEqual({
    exitCode: 0,
    stdout: "a\n",
    turns: 4,
  });
  expect(asked[0]!.body).not.toHaveProperty("tools");
  expect(asked[0]!.body.messages[0].content).toMatch(
    /<tools>\n\{"type":"function".*"Bash".*<tool_call>/s,
  );
  expect(asked[3]!.body.messages.slice(2)).toEqual([
    { role: "assistant", content: first.replace("<think>hm</think>", "") },
    {
      role: "user",
      content: expect.stringMatching(
        /^<tool_response>\nWrote 1 bytes[^<]*<\/tool_response>\n<tool_response>\nx\n<\/tool_response>$/,
      ),
    },
    { role: "assistant", content: broken },
    {
      role: "user",
      content: expect.stringMatching(/^<tool_response>\nError: the call is not JSON/),
    },
    { role: "assistant", content: expect.stringContaining("```json") },
    { role: "user", content: "<tool_response>\na\n</tool_response>" },
  ]);
  expect(trajectory.steps[2]).toMatchObject({
    message: "I write.",
    reasoning_content: "hm",
    tool_calls: [
      { function_name: "Write", arguments: { file_path: "a" } },
      { function_name: "Bash", arguments: { command: "cat a" } },
    ],
  });
});

test("calls in the text are text where nobody asked for them", async () => {
  const text = tagged("Bash", { command: "echo a" });
  const { stdout } = await run([says(text)]);
  expect(stdout).toBe(`${text}\n`);
});

test("calls in the text by the responses API", async () => {
  const { stdout, asked } = await responses(
    [
      responds([reasoning("rs_1", "hm"), message(tagged("Bash", { command: "echo a" }))]),
      responds([message("ok")]),
    ],
    "--tool-calls",
    "text",
  );
  expect(stdout).toBe("ok\n");
  expect(asked[1]!.body.input.slice(2)).toMatchObject([
    { type: "reasoning", encrypted_content: "sealed-rs_1" },
    { role: "assistant", content: tagged("Bash", { command: "echo a" }) },
    { role: "user", content: "<tool_response>\na\n</tool_response>" },
  ]);
});
