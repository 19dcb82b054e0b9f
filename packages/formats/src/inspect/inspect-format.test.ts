import { MxError } from "@mx/cli";
import { isResult, Run, ScoredTrial, trajectoryFaults } from "@mx/records";
import fc from "fast-check";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ReadOptions } from "../format.ts";
import { fileStart } from "../open-file.ts";
import { collect } from "../testing/collect.ts";
import { inspectSample } from "../testing/inspect-sample.ts";
import { sampleRun } from "../testing/sample-run.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import {
  evalMembers,
  header,
  python,
  writeInspectEval,
  writeInspectJson,
} from "../testing/write-inspect.ts";
import { zipBytes } from "../testing/write-zip.ts";
import { inspectFormat } from "./inspect-format.ts";

const forms = [
  { name: ".eval, zstd", write: (folder: string) => writeInspectEval(folder) },
  {
    name: ".eval, deflate",
    write: (folder: string) => writeInspectEval(folder, sampleRun, { method: 8 }),
  },
  {
    name: ".eval, stored",
    write: (folder: string) => writeInspectEval(folder, sampleRun, { method: 0 }),
  },
  {
    name: ".eval, chunked",
    write: (folder: string) => writeInspectEval(folder, sampleRun, { chunked: true }),
  },
  {
    name: ".eval, not ended",
    write: (folder: string) => writeInspectEval(folder, sampleRun, { ended: false }),
  },
  { name: ".json", write: (folder: string) => writeInspectJson(folder) },
];

const read = (path: string, options: ReadOptions = {}) =>
  collect(inspectFormat.read(path, options));

/** Reads a `.json` log of these samples. */
async function readLog(samples: unknown, log: object = {}, options: ReadOptions = {}) {
  const path = join(await temporaryFolder(), "log.json");
  await writeFile(path, python({ ...header(sampleRun), ...log, samples }));
  return read(path, options);
}

/** Reads an archive of these members. */
async function readEval(members: Record<string, unknown>, options: ReadOptions = {}) {
  const path = join(await temporaryFolder(), "log.eval");
  const named = Object.entries(members).map(([name, value]) => ({ name, data: python(value) }));
  await writeFile(path, zipBytes(named));
  return read(path, options);
}

const first = inspectSample(sampleRun.trials[0]!, sampleRun);

test.for(forms)("$name: what the run was", async ({ write }) => {
  const path = await write(await temporaryFolder());
  expect(await inspectFormat.detect(path, await fileStart(path))).toBe(true);
  const { runs, trials } = await read(path);
  expect(runs).toHaveLength(1);
  expect(Run.safeParse(runs[0]).error).toBeUndefined();
  expect(runs[0]).toMatchObject({
    run_id: "ixe5u9FYLPmMV4HiNFYAhE",
    started_at: sampleRun.startedAt,
    models: [sampleRun.model],
    sampling: { temperature: 0.5, seed: null },
    trials: 3,
    task_ids: ["0", "1", "2", "3"],
    planned: 12,
    agent: { name: "basic_agent" },
    versions: { inspect_ai: "0.3.285" },
  });
  expect(
    trials.map(({ task_id, trial, outcome, reward }) => ({ task_id, trial, outcome, reward })),
  ).toEqual(
    sampleRun.trials.map(({ task, trial, ending, reward }) => ({
      task_id: task.id,
      trial,
      outcome: ending,
      reward,
    })),
  );
  expect(trials.filter(({ outcome }) => isResult(outcome))).toHaveLength(11);
  for (const [index, trial] of trials.entries()) {
    const told = sampleRun.trials[index]!;
    const broke = told.ending === "infra_error";
    expect(ScoredTrial.safeParse(trial).error).toBeUndefined();
    expect(trialFaults(trial)).toEqual([]);
    expect(trial).toMatchObject({
      run_id: "ixe5u9FYLPmMV4HiNFYAhE",
      attempt: broke ? 1 : 0,
      target: told.task.answer,
      served_model: `${sampleRun.model}-2026`,
      started_at: told.startedAt,
      time_ms: { agent: told.seconds * 1000 },
      cost_usd: broke ? null : told.costUsd,
      usage: broke
        ? { input_tokens: null, calls: 0 }
        : { input_tokens: told.inputTokens, output_tokens: told.outputTokens },
    });
  }
});

function trialFaults({ trajectory }: ScoredTrial): string[] {
  return trajectory === undefined ? [] : trajectoryFaults(trajectory);
}

test("every form gives the same trials", async () => {
  const [one, ...others] = await Promise.all(
    forms.map(async ({ write }) => (await read(await write(await temporaryFolder()))).trials),
  );
  for (const other of others) expect(other).toEqual(one);
  expect(new Set(one!.map(({ key }) => key)).size).toBe(12);
});

test("the conversation, with what was kept elsewhere in its place", async () => {
  const { trials } = await readLog([first]);
  expect(trials[0]!.output).toBe("42");
  expect(trials[0]!.trajectory).toMatchObject({
    agent: { name: "basic_agent", model_name: "gpt-5-mini-2026" },
    steps: [
      { source: "system", message: "Answer the question." },
      { source: "user", message: "What is 17 + 25?" },
      {
        source: "agent",
        timestamp: "2026-02-14T10:30:00.000Z",
        tool_calls: [
          {
            tool_call_id: "call_1",
            function_name: "look_up",
            arguments: { query: "What is 17 + 25?" },
          },
        ],
        observation: { results: [{ source_call_id: "call_1", content: '{"found": true}' }] },
        metrics: { prompt_tokens: 100, completion_tokens: 20 },
      },
      { source: "agent", message: "42" },
    ],
  });
  const bare = await readLog([first], {}, { withoutTrajectories: true });
  const { trajectory: _trajectory, meta: _meta, ...rest } = trials[0]!;
  expect(bare.trials).toEqual([rest]);
});

test("a conversation that only the events hold is that of the last call", async () => {
  const alone = { ...first, messages: first.messages.slice(0, 2) };
  const grader = { ...first.events[0]!, role: "grader", input_refs: [] };
  const { trials } = await readLog([{ ...alone, events: [...first.events, grader] }]);
  const whole = await readLog([first]);
  const stepsOf = (trial: ScoredTrial) => (trial.trajectory!["steps"] as unknown[]).length;
  expect(stepsOf(trials[0]!)).toBe(stepsOf(whole.trials[0]!));
  expect(trials[0]!.usage.calls).toBe(3);

  const chunked = await readEval({
    "header.json": header(sampleRun),
    "samples/0_epoch_1/sample.json": { ...first, message_refs: [[0, 2]] },
    "samples/0_epoch_1/messages/0.json": first.events_data.messages,
    "samples/0_epoch_1/events/0.json": first.events,
  });
  expect(stepsOf(chunked.trials[0]!)).toBe(4);
});

test("thinking, errors of tools, and parts that are no text", async () => {
  const messages = [
    {
      role: "user",
      content: [
        { type: "text", text: "look" },
        { type: "image", image: "data:…" },
      ],
    },
    {
      role: "assistant",
      content: [
        { type: "reasoning", reasoning: "gibberish", summary: "I should look", redacted: true },
        { type: "text", text: "looking" },
      ],
      tool_calls: [{ id: "1", function: "look", arguments: {} }],
    },
    {
      role: "tool",
      tool_call_id: "1",
      content: "",
      error: { type: "timeout", message: "too slow" },
    },
  ];
  const { trials } = await readLog([{ ...first, messages, events: [] }]);
  expect(trials[0]!.trajectory).toMatchObject({
    steps: [
      { message: "look\n[image]" },
      {
        message: "looking",
        reasoning_content: "I should look",
        observation: { results: [{ content: "too slow", extra: { failed: true } }] },
      },
    ],
  });
});

test("tokens are those of all models, with what came from the cache", async () => {
  const usageOf = async (model_usage: unknown) => {
    const { trials } = await readLog([{ ...first, model_usage }]);
    return { ...trials[0]!.usage, cost: trials[0]!.cost_usd };
  };
  const a = {
    input_tokens: 10,
    input_tokens_cache_read: 5,
    input_tokens_cache_write: 2,
    output_tokens: 3,
    reasoning_tokens: 1,
    total_cost: 0.5,
  };
  const b = {
    input_tokens: 1,
    input_tokens_cache_read: 0,
    output_tokens: 1,
    reasoning_tokens: 0,
    total_cost: 0.25,
  };
  expect(await usageOf({ a, b })).toEqual({
    input_tokens: 18,
    cached_input_tokens: 5,
    output_tokens: 4,
    reasoning_tokens: 1,
    calls: 2,
    cost: 0.75,
  });
  // A sum of parts that are not known would look like a whole.
  expect(await usageOf({ a, b: { ...b, total_cost: null, reasoning_tokens: null } })).toMatchObject(
    {
      input_tokens: 18,
      reasoning_tokens: null,
      cost: null,
    },
  );
  expect(await usageOf({})).toMatchObject({ input_tokens: null, cost: null });
  expect(await usageOf({ a: { input_tokens: -1, output_tokens: 1e300 } })).toMatchObject({
    input_tokens: null,
    output_tokens: null,
  });
});

test("a log without its samples gives what its summaries say", async () => {
  const forms = [{ ended: true }, { ended: false }];
  for (const form of forms) {
    const path = await writeInspectEval(await temporaryFolder(), sampleRun, {
      ...form,
      samples: false,
    });
    const { trials } = await read(path);
    expect(trials.map(({ outcome, reward }) => ({ outcome, reward }))).toEqual(
      sampleRun.trials.map(({ ending, reward }) => ({ outcome: ending, reward })),
    );
    // Its texts are cut, and say nothing about the task.
    expect(trials[0]!.task_digest).toBeUndefined();
    expect(trials[0]!.target).toBeUndefined();
    expect(trials[0]!.trajectory).toBeUndefined();
  }
});

test("what a sample that was run again has said before does not count", async () => {
  const path = join(await temporaryFolder(), "log.eval");
  const members = evalMembers(sampleRun);
  const again = python({ ...first, scores: { match: { value: "I" } } });
  await writeFile(
    path,
    zipBytes([...members, { name: "samples/0_epoch_1.json", data: again, method: 93 }]),
  );
  const { trials } = await read(path);
  expect(trials).toHaveLength(12);
  expect(trials[0]!.reward).toBe(0);
});

test.for(["cancelled", "error", "started"])("status %s: what is there", async (status) => {
  const { runs, trials } = await readLog([first], {
    status,
    results: null,
    error: { message: "x" },
  });
  expect(runs[0]!.planned).toBe(12);
  expect(trials).toHaveLength(1);
  expect(trials[0]!.reward).toBe(1);
});

test.for([
  ["no samples", undefined],
  ["null", null],
  ["none yet", []],
])("a log with %s has its plan", async ([, samples]) => {
  const { runs, trials } = await readLog(samples);
  expect(runs).toHaveLength(1);
  expect(trials).toEqual([]);
});

test("a writer that puts the samples first", async () => {
  const path = join(await temporaryFolder(), "log.json");
  await writeFile(path, python({ samples: [first], ...header(sampleRun) }));
  const { runs, trials } = await read(path);
  expect([runs.length, trials.length]).toEqual([1, 1]);
});

test("ids without a list: the number of samples is the plan", async () => {
  const log = header(sampleRun);
  const { runs } = await readLog([], { eval: { ...log.eval, dataset: { samples: 4 } } });
  expect(runs[0]).toMatchObject({ task_ids: null, planned: 12 });
});

test("the key is what was asked, not how it was fetched nor what came of it", async () => {
  const log = header(sampleRun);
  const keyOf = async (one: object, spec: object = {}, plan: object = {}) => {
    const log1 = { eval: { ...log.eval, ...spec }, plan: { ...log.plan, ...plan } };
    return (await readLog([{ ...first, ...one }], log1)).trials[0]!.key;
  };
  const key = await keyOf({});
  expect(await keyOf({ scores: {}, messages: [], uuid: "x" })).toBe(key);
  expect(await keyOf({}, { eval_id: "other", created: "2026-03-01T00:00:00+00:00" })).toBe(key);
  expect(await keyOf({}, { model_generate_config: { temperature: 1, max_connections: 7 } })).toBe(
    key,
  );
  expect(await keyOf({}, {}, { config: { temperature: 0.7 } })).not.toBe(key);
  expect(await keyOf({}, { task_args: { hard: true } })).not.toBe(key);
  expect(await keyOf({ input: "What is 17 + 26?" })).not.toBe(key);
  expect(await keyOf({ epoch: 2 })).not.toBe(key);
  // Inspect makes up an id for each message of an input.
  const input = (id: string) => ({ input: [{ id, role: "user", content: "hi" }] });
  expect(await keyOf(input("a"))).toBe(await keyOf(input("b")));
});

test.for([
  ["no object", 3],
  ["a list", []],
  ["no id", { ...first, id: null }],
  ["an id of a wrong type", { ...first, id: {} }],
  ["no epoch", { ...first, epoch: undefined }],
  ["epoch 0", { ...first, epoch: 0 }],
  ["too deep", { ...first, output: nested(400) }],
] as const)("a sample that is %s costs only itself", async ([, bad]) => {
  const errors: Error[] = [];
  const { trials } = await readLog(
    [first, bad, first],
    {},
    { onBadRecord: (error) => errors.push(error) },
  );
  expect(trials).toHaveLength(2);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({ code: "bad_record", exitCode: 65 });
  expect(errors[0]!.message).toMatch(/log\.json: sample 2 \(at byte \d+\): /);
  await expect(readLog([first, bad])).rejects.toMatchObject({ code: "bad_record" });
});

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let n = 0; n < depth; n += 1) value = [value];
  return value;
}

test("members of wrong types are as good as not there", async () => {
  const odd = {
    id: "a",
    epoch: 1,
    input: 5,
    target: { x: 1 },
    messages: [3, null, { role: 7 }, { role: "assistant", content: 9, tool_calls: "x" }, "text"],
    output: [],
    scores: "none",
    events: [{ event: "model", output: 3, input: 9 }, { event: "model" }],
    model_usage: [1, { input_tokens: "many" }],
    limit: 7,
    error_retries: "twice",
    attachments: [1],
    events_data: 4,
    total_time: "long",
    started_at: 12,
  };
  const { trials } = await readLog([odd]);
  expect(trials).toHaveLength(1);
  expect(ScoredTrial.safeParse(trials[0]).error).toBeUndefined();
  expect(trials[0]).toMatchObject({ outcome: "completed", reward: null, time_ms: { agent: null } });
});

test("a name like that of a prototype is a name", async () => {
  const text = python(first).replace('"match":', '"__proto__":');
  const path = join(await temporaryFolder(), "log.json");
  await writeFile(path, `${python(header(sampleRun)).slice(0, -1)},"samples":[${text}]}`);
  const { trials } = await read(path);
  expect(Object.keys(trials[0]!.scores)).toContain("__proto__");
  expect(({} as Record<string, unknown>)["value"]).toBeUndefined();
});

test.for([
  ["a zip of something else", zipBytes([{ name: "word/document.xml", data: "<x/>" }])],
  ["an empty zip", zipBytes([])],
  ["a zip that is cut off", zipBytes(evalMembers(sampleRun)).subarray(0, 5000)],
  ["no eval", Buffer.from('{"version": 2, "status": "success", "samples": []}')],
  ["not ended", Buffer.from('{"version": 2, "status": "success", "eval": {"task": "x"')],
  ["a damaged header", zipBytes([{ name: "header.json", data: '{"eval": 3}' }])],
] as const)("%s: 65", async ([, bytes]) => {
  const path = join(await temporaryFolder(), "log");
  await writeFile(path, bytes);
  const all = { onBadRecord: () => undefined };
  await expect(read(path, all)).rejects.toMatchObject({ code: "bad_record", exitCode: 65 });
});

test("a damaged header leaves the journal's beginning of it", async () => {
  const path = join(await temporaryFolder(), "log.eval");
  const members = evalMembers(sampleRun).map((member) =>
    member.name === "header.json" ? { ...member, packed: Buffer.from("broken") } : member,
  );
  await writeFile(path, zipBytes(members));
  expect((await read(path)).trials).toHaveLength(12);
});

test.for([
  ["a trial of tau-bench", '[{"task_id": 1, "reward": 1, "info": {}, "traj": []}]'],
  ["text", "PK is a name"],
  ["a list", "[]"],
  ["an eval of another kind", '{"eval": "x", "status": "success"}'],
  ["nothing", ""],
] as const)("%s is no log", async ([, text]) => {
  const path = join(await temporaryFolder(), "file");
  await writeFile(path, text);
  expect(await inspectFormat.detect(path, await fileStart(path))).toBe(false);
});

/** Reads damaged bytes: whatever comes is a good record, an MxError, or reported. */
async function survives(bytes: Buffer, keys: ReadonlySet<string>): Promise<void> {
  const path = join(await temporaryFolder(), "log");
  await writeFile(path, bytes);
  await inspectFormat.detect(path, await fileStart(path));
  const errors: Error[] = [];
  try {
    const { trials } = await read(path, { onBadRecord: (error) => errors.push(error) });
    for (const trial of trials) {
      expect(ScoredTrial.safeParse(trial).error).toBeUndefined();
      // Archives have checksums: what is read is what was written, or the summary of a sample that has lost its name.
      if (bytes[0] !== 0x7b)
        expect(keys.has(trial.key) || trial.task_digest === undefined).toBe(true);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(MxError);
    expect(error).toMatchObject({ exitCode: 65 });
  }
  for (const error of errors) expect(error).toBeInstanceOf(MxError);
}

test.for(forms)("$name, damaged: records, MxErrors, nothing else", async ({ write }) => {
  const path = await write(await temporaryFolder());
  const whole = await readFile(path);
  const keys = new Set((await read(path)).trials.map(({ key }) => key));
  const damage = fc.oneof(
    fc.record({ cut: fc.nat(whole.length) }),
    fc.record({
      flips: fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(7)), {
        minLength: 1,
        maxLength: 8,
      }),
    }),
    fc.record({ from: fc.nat(whole.length), length: fc.nat(200) }),
  );
  await fc.assert(
    fc.asyncProperty(damage, async (how) => {
      let bytes = Buffer.from(whole);
      if ("cut" in how) bytes = bytes.subarray(0, how.cut);
      else if ("flips" in how) for (const [at, bit] of how.flips) bytes[at]! ^= 1 << bit;
      else
        bytes = Buffer.concat([bytes.subarray(0, how.from), bytes.subarray(how.from + how.length)]);
      await survives(bytes, keys);
    }),
    { numRuns: 60 },
  );
});

const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(
      null,
      0,
      -1,
      1e300,
      Number.NaN,
      "",
      "C",
      "attachment://0",
      true,
      "model",
    ),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom("role", "content", "value", "id", "type", "a", "event", "output"),
      tie("value"),
    ),
  ),
})).value;

test("members of any type, anywhere: a record or a RowFault", async () => {
  const names = Object.keys(first) as (keyof typeof first)[];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...names), anything), { minLength: 1, maxLength: 4 }),
      fc.dictionary(fc.constantFrom("eval", "plan", "results"), anything),
      async (changes, log) => {
        const bad = { ...first, ...Object.fromEntries(changes) };
        try {
          const { trials } = await readLog([bad], log);
          for (const trial of trials) expect(ScoredTrial.safeParse(trial).error).toBeUndefined();
        } catch (error) {
          expect(error).toMatchObject({ code: "bad_record", exitCode: 65 });
        }
      },
    ),
    { numRuns: 150 },
  );
});
