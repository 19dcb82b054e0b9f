import type { GraderSpec, Score, Trial } from "@mx/records";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GraderSet, type GraderOptions } from "./grader-set.ts";

const options: GraderOptions = {
  env: process.env,
  parallel: 2,
  signal: new AbortController().signal,
  runRecordCommands: true,
};

function trialOf(more: Partial<Trial> = {}): Trial {
  return {
    type: "trial",
    task_id: "t",
    trial: 0,
    outcome: "completed",
    output: "42",
    target: "42",
    artifacts: {},
    ...more,
  } as Trial;
}

const values = (scores: Record<string, Score>) =>
  Object.fromEntries(Object.entries(scores).map(([name, { value }]) => [name, value]));

describe("which graders apply", () => {
  test("those given, else the trial's own, else none", async () => {
    const trial = trialOf({ graders: [{ kind: "contains" }] });
    const given = await GraderSet.open([{ kind: "equals" }], options);
    expect(Object.keys(given.gradeNow(trial))).toEqual(["equals"]);
    for (const none of [null, []]) {
      const own = await GraderSet.open(none, options);
      expect(Object.keys(own.gradeNow(trial))).toEqual(["contains"]);
      expect(own.gradeNow(trialOf())).toEqual({});
      expect(await own.grade(trialOf())).toEqual({});
    }
  });

  test("each score has its grader's identity, and a weight where it is not 1", async () => {
    const set = await GraderSet.open(
      [{ kind: "equals" }, { kind: "numeric", weight: 3, name: "number" }],
      options,
    );
    const grader = { version: "1", digest: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(set.gradeNow(trialOf())).toEqual({
      equals: { value: 1, grader: { name: "equals", ...grader } },
      number: { value: 1, weight: 3, grader: { name: "numeric", ...grader } },
    });
  });
});

describe("graders that cannot be applied", () => {
  test.for<[string, GraderSpec[], RegExp]>([
    ["a pattern", [{ kind: "regex", pattern: "(" }], /grader regex: .*Unterminated group/],
    ["a schema", [{ kind: "json_schema", schema: { type: "x" } }], /grader json_schema: /],
    [
      "a pointer",
      [{ kind: "equals" }, { kind: "json_equals", pointer: "x" }],
      /json_equals: .*begin/,
    ],
    [
      "a name twice",
      [
        { kind: "equals", name: "a" },
        { kind: "contains", name: "a" },
      ],
      /two graders are named "a"/,
    ],
    ["a judge", [{ kind: "judge", rubric: "good?", model: "m" }], /asks m, and no endpoint/],
  ])("%s that was given is an error before anything is graded", async ([, specs, message]) => {
    await expect(GraderSet.open(specs, options)).rejects.toMatchObject({
      name: "MxError",
      code: "bad_grader",
      exitCode: 2,
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });

  test("of a trial leave it without a score, and say why", async () => {
    const set = await GraderSet.open(null, options);
    const graders: GraderSpec[] = [
      { kind: "regex", pattern: "(" },
      { kind: "json_schema", schema: { type: "x" } },
    ];
    const scores = await set.grade(trialOf({ graders }));
    expect(values(scores)).toEqual({ regex: null, json_schema: null });
    expect(scores["regex"]?.explanation).toMatch(/cannot be applied: .*Unterminated/);
  });

  test("a judge of a trial is an error where there is none to ask", async () => {
    const set = await GraderSet.open(null, options);
    const graders: GraderSpec[] = [{ kind: "judge", rubric: "good?", model: "m" }];
    await expect(set.grade(trialOf({ graders }))).rejects.toMatchObject({ code: "bad_grader" });
  });
});

describe("answers that are cut", () => {
  const cut = trialOf({ output: "The answer", output_bytes: 1000, target: "answer" });
  const graders: GraderSpec[] = [{ kind: "equals" }, { kind: "contains" }, { kind: "agent_exit" }];

  test("are unknown, but for what their beginning has in it", async () => {
    const set = await GraderSet.open(graders, options);
    const scores = set.gradeNow({ ...cut, exit_code: 0 });
    expect(values(scores)).toEqual({ equals: null, contains: 1, agent_exit: 1 });
    expect(scores["equals"]?.explanation).toBe(
      "the answer has 1000 bytes, of which only 10 can be read",
    );
    expect(values(set.gradeNow({ ...cut, target: "x" }))).toMatchObject({ contains: null });
  });

  test("are read whole where they can be", async () => {
    const readWhole = async ({ task_id: id }: Trial) => (id === "t" ? "answer" : null);
    const set = await GraderSet.open(graders, { ...options, readWhole });
    expect(set.isImmediate(cut)).toBe(false);
    expect(set.isImmediate(trialOf())).toBe(true);
    expect(values(await set.grade({ ...cut, exit_code: 0 }))).toEqual({
      equals: 1,
      contains: 1,
      agent_exit: 1,
    });
    expect(values(await set.grade({ ...cut, task_id: "u" }))).toMatchObject({ equals: null });
  });

  test("answers whose bytes are not UTF-8 are read from their file", async () => {
    const artifact = { path: "x", bytes: 2, sha256: "0".repeat(64) };
    const odd = trialOf({ output: "\ufffd", output_bytes: 2, artifacts: { stdout: artifact } });
    const set = await GraderSet.open([{ kind: "equals", target: "ab" }], {
      ...options,
      readWhole: async () => "ab",
    });
    expect(values(await set.grade(odd))).toEqual({ equals: 1 });
  });
});

describe("commands and judges", () => {
  test("run beside the others, and their scores stand in the order of the graders", async () => {
    const graders: GraderSpec[] = [
      { kind: "command", command: "sleep 0.2; echo 0.5", weight: 2 },
      { kind: "judge", rubric: "good?", model: "m", weight: 4 },
      { kind: "command", command: "echo 1" },
      { kind: "equals" },
    ];
    const judge = async (): Promise<Score> => ({
      value: 0.25,
      votes: [0.25],
      grader: { name: "judge", version: "1" },
    });
    const set = await GraderSet.open(graders, { ...options, judge });
    expect(set.isImmediate(trialOf())).toBe(false);
    const scores = await set.grade(trialOf());
    expect(Object.entries(values(scores))).toEqual([
      ["command_1", 0.5],
      ["judge", 0.25],
      ["command_2", 1],
      ["equals", 1],
    ]);
    expect(scores["judge"]).toMatchObject({ votes: [0.25], weight: 4 });
    expect(scores["command_1"]).toMatchObject({ weight: 2, grader: { name: "command" } });
  });

  test("no more commands than allowed run at a time, over all trials", async () => {
    const set = await GraderSet.open([{ kind: "command", command: "sleep 0.1; echo 1" }], options);
    const started = performance.now();
    await Promise.all(Array.from({ length: 6 }, () => set.grade(trialOf())));
    expect(performance.now() - started).toBeGreaterThan(290);
  });

  test("a command that a trial brings along runs only where that is allowed", async () => {
    const trial = trialOf({ graders: [{ kind: "command", command: "echo 1" }] });
    const careful = await GraderSet.open(null, { ...options, runRecordCommands: false });
    await expect(careful.grade(trial)).rejects.toMatchObject({ code: "command_from_record" });
    expect(values(await (await GraderSet.open(null, options)).grade(trial))).toEqual({
      command: 1,
    });
    const given = await GraderSet.open(trial.graders ?? [], {
      ...options,
      runRecordCommands: false,
    });
    expect(values(await given.grade(trial))).toEqual({ command: 1 });
  });

  test("an aborted signal ends the grading", async () => {
    const abort = new AbortController();
    const set = await GraderSet.open([{ kind: "command", command: "sleep 100" }], {
      ...options,
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(), 50);
    await expect(set.grade(trialOf())).rejects.toMatchObject({ name: "AbortError" });
  });
});

test("built-in graders never throw, and their values are from 0 to 1 or null", async () => {
  const set = await GraderSet.open(null, options);
  await set.grade(trialOf({ graders: [{ kind: "json_schema", schema: true }] }));
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.double().map(String),
    fc.constantFrom("A", "(B)", "\\boxed{1}", "answer: 2", "```json\n{}\n```", ""),
  );
  const optional = { target: text, ignore_case: fc.boolean() };
  const spec = (kind: string, model: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record(
      { kind: fc.constant(kind), ...model },
      {
        requiredKeys: ["kind", "pattern", "schema"].filter(
          (key) => key === "kind" || key in model,
        ) as ["kind"],
      },
    );
  const anySpec = fc.oneof(
    spec("equals", optional),
    spec("contains", optional),
    spec("regex", {
      ...optional,
      pattern: fc.oneof(text, fc.constant("(\\d+)|.")),
      group: fc.nat(3),
    }),
    spec("json_equals", { target: fc.jsonValue(), pointer: fc.oneof(text, fc.constant("/0")) }),
    spec("json_schema", {
      schema: fc.oneof(
        fc.boolean(),
        fc.dictionary(
          fc.constantFrom(
            "type",
            "items",
            "const",
            "enum",
            "$ref",
            "not",
            "pattern",
            "$id",
            "$schema",
          ),
          fc.jsonValue(),
        ),
      ),
    }),
    spec("numeric", {
      target: text,
      absolute: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      relative: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    }),
    spec("choice", { target: text, choices: fc.constantFrom("AB", "ABCDEFGHIJ") }),
    spec("answer", { target: text }),
    spec("agent_exit", { expect: fc.nat(255) }),
  ) as fc.Arbitrary<unknown> as fc.Arbitrary<GraderSpec>;
  const trial = fc.record(
    { output: text, target: text, output_bytes: fc.nat(100), exit_code: fc.option(fc.nat(255)) },
    { requiredKeys: ["output"] },
  );
  fc.assert(
    fc.property(trial, fc.array(anySpec, { maxLength: 4 }), (given, graders) => {
      const scores = set.gradeNow(trialOf({ ...(given as Partial<Trial>), graders }));
      expect(Object.keys(scores).length).toBe(graders.length);
      for (const { value, explanation } of Object.values(scores)) {
        if (value === null) expect(explanation).toEqual(expect.any(String));
        else expect(value >= 0 && value <= 1).toBe(true);
      }
      expect(set.gradeNow(trialOf({ ...(given as Partial<Trial>), graders }))).toEqual(scores);
    }),
    { numRuns: 300 },
  );
});
