import { parseRecord, recordText } from "@mx/cli";
import { knownTypes } from "@mx/cli/known-types";
import type { AnyRecord, Attribution, Finding, ScoredTrial } from "@mx/records";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  fails,
  inOrder,
  judgeServer,
  says,
  type Asked,
  type Reply,
} from "../judge/testing/judge-server.ts";
import { temporaryFolder } from "../judge/testing/temporary-folder.ts";
import { testTrial } from "../judge/testing/test-trial.ts";
import { attributeTrials } from "./attribute-trials.ts";
import { flags as flagSchema } from "./flags.ts";

const agent = { description: "it booked twice", author: "agent", fault_type: "called_wrong_tool" };
const user = { description: "it hung up", author: "user", fault_type: null };
const trajectory = { steps: [{ source: "agent", message: "I will book the flight to DEN" }] };

let home: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  home = await temporaryFolder();
});
afterEach(() => home[Symbol.asyncDispose]());

interface Result {
  records: AnyRecord[];
  attributions: Attribution[];
  findings: Finding[];
  exitCode: number;
  notes: string[];
}

/** Runs the command's work on records, or on files. */
async function attribute(
  url: string,
  input: readonly object[],
  given: Partial<Record<string, unknown>> = {},
  {
    files = [],
    stop = new AbortController().signal,
  }: { files?: string[]; stop?: AbortSignal } = {},
): Promise<Result> {
  const notes: string[] = [];
  const flags = flagSchema.parse({ judgeModel: "judge-1", ...given });
  const work = attributeTrials(read(input as AnyRecord[]), flags, {
    env: { MX_HOME: home.path, OPENAI_BASE_URL: url, OPENAI_API_KEY: "sk-0123456789" },
    note: (text) => notes.push(text),
    progress: { start: () => {}, update: () => {}, stop: () => {} },
    stop,
    abort: new AbortController().signal,
    positionals: files,
  });
  const records: AnyRecord[] = [];
  for (;;) {
    const next = await work.next();
    if (next.done === true) {
      const ofType = (type: string) =>
        records.filter((record) => record.type === type) as unknown[];
      return {
        records,
        attributions: ofType("attribution") as Attribution[],
        findings: ofType("finding") as Finding[],
        exitCode: next.value,
        notes,
      };
    }
    // As the next program reads it.
    records.push(JSON.parse(recordText(next.value)) as AnyRecord);
  }
}

async function* read(records: readonly AnyRecord[]): AsyncGenerator<AnyRecord> {
  for (const record of records) yield await Promise.resolve(record);
}

/** Answers by what stands in the prompt. */
function byContent(pick: (prompt: string) => unknown): Reply {
  return (response, asked, count) => says(pick(promptOf(asked)))(response, asked, count);
}

function promptOf(asked: Asked | undefined): string {
  return asked?.body.messages.map(({ content }) => content).join("\n") ?? "";
}

function failedTrials(count: number, fields: Partial<ScoredTrial> = {}): ScoredTrial[] {
  return Array.from({ length: count }, (_, n) =>
    testTrial({ task_id: `t${n}`, output: `answer ${n}`, trajectory, ...fields }),
  );
}

test("each failed trial is asked about once, with its trajectory and with what was expected", async () => {
  await using server = await judgeServer(says(agent, { usage: { cost: 0.25 } }));
  const failed = testTrial({
    target: "DEN",
    reward: 0.5,
    trajectory,
    scores: {
      db: { value: 0, explanation: "two bookings", grader: { name: "db", version: "1" } },
    },
    checks: [{ name: "file", kind: "file", passed: false, weight: 1, explanation: "not there" }],
    meta: { actions: ["book_flight"] },
  });
  const { records, exitCode } = await attribute(server.url, [failed]);
  expect(exitCode).toBe(0);
  expect(records).toEqual([
    {
      type: "attribution",
      version: 1,
      key: failed.key,
      run_id: failed.run_id,
      task_id: "t1",
      trial: 0,
      attempt: 0,
      variant: "baseline",
      model: "m",
      author: "agent",
      fault_type: "called_wrong_tool",
      description: "it booked twice",
      judge: { name: "fault", version: "1", digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      cost_usd: 0.25,
    },
    {
      type: "finding",
      version: 1,
      code: "fault_attribution",
      severity: "info",
      message: "at fault: agent 1 of 1, user 0 of 1, environment 0 of 1",
      group: { model: "m", variant: "baseline" },
      count: 1,
    },
    {
      type: "finding",
      version: 1,
      code: "agent_fault_types",
      severity: "info",
      message:
        "faults of the agent: called_wrong_tool 1 of 1, used_wrong_tool_argument 0 of 1, " +
        "goal_partially_completed 0 of 1, other 0 of 1",
      group: { model: "m", variant: "baseline" },
      count: 1,
    },
  ]);
  expect(server.asked).toHaveLength(1);
  const prompt = promptOf(server.asked[0]);
  for (const text of [
    "I will book the flight to DEN",
    "The expected answer: DEN",
    "Score db: 0, two bookings",
    "Check file (file): missed, not there",
    '{"actions":["book_flight"]}',
    "Its reward was 0.5.",
    "the answer is 42",
  ]) {
    expect(prompt).toContain(text);
  }
});

test("what did not fail, was not scored or is no result is nobody's fault", async () => {
  await using server = await judgeServer(says(agent));
  const { scores: _scores, reward: _reward, passed: _passed, ...unscored } = testTrial();
  const { attributions, findings, exitCode } = await attribute(server.url, [
    testTrial({ task_id: "a", reward: 1 }),
    testTrial({ task_id: "b", reward: null }),
    testTrial({ task_id: "c", outcome: "infra_error", reward: 0 }),
    testTrial({ task_id: "d", outcome: "cancelled", reward: 0 }),
    testTrial({ task_id: "e", outcome: "budget", reward: 0 }),
    unscored,
  ]);
  expect(server.asked).toHaveLength(0);
  expect({ attributions, exitCode }).toEqual({ attributions: [], exitCode: 0 });
  expect(findings).toMatchObject([
    {
      code: "fault_attribution",
      message: "no trial failed: there is nothing to attribute",
      count: 0,
    },
  ]);
});

test.for(["completed", "failed", "timeout", "max_turns"] as const)(
  "a trial that ended as %s is a result",
  async (outcome) => {
    await using server = await judgeServer(says(agent));
    const { attributions } = await attribute(server.url, [testTrial({ outcome })]);
    expect(attributions).toHaveLength(1);
    expect(promptOf(server.asked[0])).toContain(`The attempt ended as: ${outcome}.`);
  },
);

describe("an empty result is clear:", () => {
  test.for([
    [[], "no scored trial: there is nothing to attribute"],
    [[testTrial({ reward: null })], "no scored trial: there is nothing to attribute"],
    [[testTrial({ reward: 1 })], "no trial failed: there is nothing to attribute"],
  ] as const)("%#", async ([input, message]) => {
    await using server = await judgeServer(says(agent));
    const { records, exitCode } = await attribute(server.url, input);
    expect(records).toMatchObject([{ type: "finding", message, count: 0 }]);
    expect(exitCode).toBe(0);
    expect(server.asked).toHaveLength(0);
  });

  test("no fault of the agent", async () => {
    await using server = await judgeServer(says(user));
    const { findings, exitCode } = await attribute(server.url, [testTrial()]);
    expect(findings.map(({ message }) => message)).toEqual([
      "at fault: agent 0 of 1, user 1 of 1, environment 0 of 1",
      "no fault of the agent among 1",
    ]);
    expect(exitCode).toBe(0);
  });
});

test("the threshold decides what failed", async () => {
  await using server = await judgeServer(says(agent));
  const trials = [0.2, 0.5, 0.8].map((reward, n) => testTrial({ task_id: `t${n}`, reward }));
  const { attributions } = await attribute(server.url, trials, { passThreshold: 0.5 });
  expect(attributions.map(({ task_id }) => task_id)).toEqual(["t0"]);
});

test("a kind beside another author than the agent means nothing", async () => {
  await using server = await judgeServer(says({ ...agent, author: "Environment" }));
  const { attributions } = await attribute(server.url, [testTrial()]);
  expect(attributions).toMatchObject([{ author: "environment", fault_type: null }]);
});

test.for([
  [{ ...agent, fault_type: null }, null],
  [{ ...agent, fault_type: "Called wrong tool" }, "called_wrong_tool"],
  [{ author: "agent", description: "x" }, null],
] as const)("%j is a fault of the agent, of kind %j", async ([reply, fault_type]) => {
  await using server = await judgeServer(says(reply));
  const { attributions, findings, exitCode } = await attribute(server.url, [testTrial()]);
  expect(attributions).toMatchObject([{ author: "agent", fault_type }]);
  expect(findings[1]?.message.includes("unknown 1 of 1")).toBe(fault_type === null);
  expect(exitCode).toBe(0);
});

describe("trajectories", () => {
  test("are read from the run's folder", async () => {
    const text = JSON.stringify(trajectory);
    const run_id = "20260101-000000-aaaa";
    const path = "artifacts/k/0-trajectory.json";
    const file = join(home.path, "runs", run_id, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    const sha256 = createHash("sha256").update(text).digest("hex");
    const artifacts = { trajectory: { path, bytes: text.length, sha256 } };
    await using server = await judgeServer(says(agent));
    await attribute(server.url, [testTrial({ run_id, artifacts })], { requireTrajectory: true });
    expect(promptOf(server.asked[0])).toContain("I will book the flight to DEN");
  });

  test("that are not there are named in the prompt", async () => {
    await using server = await judgeServer(says(agent));
    const { attributions } = await attribute(server.url, [testTrial()]);
    expect(attributions).toHaveLength(1);
    expect(promptOf(server.asked[0])).toContain("(There is no trajectory: none was kept.)");
  });

  test("can be required", async () => {
    await using server = await judgeServer(says(agent));
    const { attributions, findings, notes, exitCode } = await attribute(
      server.url,
      [testTrial(), ...failedTrials(1, { task_id: "with" })],
      { requireTrajectory: true },
    );
    expect(attributions.map(({ task_id }) => task_id)).toEqual(["with"]);
    expect(notes).toEqual(["1 failed trials have no trajectory and were left out"]);
    expect(findings[0]?.message).toBe(
      "at fault: agent 1 of 1, user 0 of 1, environment 0 of 1 (of 2 failed trials)",
    );
    expect(exitCode).toBe(0);
  });
});

test("shares are per model and variant", async () => {
  await using server = await judgeServer(
    byContent((prompt) => (/answer [01]\b/.test(prompt) ? user : agent)),
  );
  const { findings } = await attribute(server.url, [
    ...failedTrials(4, { model: "a" }),
    ...failedTrials(2, { model: "b", variant: "x" }),
    testTrial({ model: "c", reward: 1 }),
  ]);
  const shares = findings.filter(({ code }) => code === "fault_attribution");
  expect(shares.map(({ group, message }) => [group, message])).toEqual([
    [
      { model: "a", variant: "baseline" },
      "at fault: agent 2 of 4, user 2 of 4, environment 0 of 4",
    ],
    [{ model: "b", variant: "x" }, "at fault: agent 0 of 2, user 2 of 2, environment 0 of 2"],
    [{ model: "c", variant: "baseline" }, "no trial failed: there is nothing to attribute"],
  ]);
});

describe("--max", () => {
  test("takes the same failed trials in any order of the lines", async () => {
    await using server = await judgeServer(says(agent));
    const trials = failedTrials(20);
    const wanted = trials
      .map(({ key }) => key)
      .sort()
      .slice(0, 5);
    for (const input of [trials, trials.toReversed(), [...trials, ...trials]]) {
      const { attributions, findings } = await attribute(server.url, input, { max: 5 });
      expect(attributions.map(({ key }) => key).sort()).toEqual(wanted);
      expect(findings[0]?.message).toContain("agent 5 of 5");
      expect(findings[0]?.message).toContain("(of 20 failed trials)");
    }
    // The cache answers the second and the third time.
    expect(server.asked).toHaveLength(5);
  });

  test("counts those that are done already", async () => {
    await using server = await judgeServer(says(agent));
    const output = join(home.path, "faults.ndjson");
    await attribute(server.url, failedTrials(20), { max: 5, output });
    await attribute(server.url, failedTrials(20), { max: 5, output, cache: false });
    expect(server.asked).toHaveLength(5);
    await attribute(server.url, failedTrials(20), { max: 8, output, cache: false });
    expect(server.asked).toHaveLength(8);
  });
});

test("order and duplicates of lines change nothing", async () => {
  await using server = await judgeServer(
    byContent((prompt) => (/answer [024]\b/.test(prompt) ? user : agent)),
  );
  const trials = [
    ...failedTrials(6),
    testTrial({ task_id: "good", reward: 1 }),
    // Two records of one attempt that disagree.
    testTrial({ task_id: "t0", output: "another answer", trajectory }),
  ];
  const sorted = (result: Result) => ({
    ...result,
    records: result.records.map((record) => JSON.stringify({ ...record, cost_usd: null })).sort(),
    attributions: null,
  });
  const first = await attribute(server.url, trials);
  expect(first.attributions).toHaveLength(6);
  expect(first.findings.at(-1)).toMatchObject({
    code: "conflicting_failed_trials",
    severity: "warning",
    message: "1 of 6 failed trials have records that disagree; the judge saw one of each",
  });
  const asked = server.asked.length;
  const shuffled = fc.shuffledSubarray([...trials, ...trials], { minLength: trials.length * 2 });
  await fc.assert(
    fc.asyncProperty(shuffled, async (input) => {
      expect(sorted(await attribute(server.url, input))).toEqual(sorted(first));
    }),
    { numRuns: 20 },
  );
  expect(server.asked).toHaveLength(asked);
});

describe("what is attributed already is not asked again:", () => {
  test("with --output", async () => {
    await using server = await judgeServer(says(agent));
    const output = join(home.path, "faults.ndjson");
    const first = await attribute(server.url, failedTrials(3), { output });
    const lines = (await readFile(output, "utf8")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      expect.arrayContaining(first.attributions),
    );
    const second = await attribute(server.url, failedTrials(3), { output, cache: false });
    expect(server.asked).toHaveLength(3);
    expect(second.records).toEqual(expect.arrayContaining(first.records));
    expect(second.records).toHaveLength(first.records.length);
    await attribute(server.url, failedTrials(5), { output, cache: false });
    expect(server.asked).toHaveLength(5);
  });

  test("also where a kill left half a line behind", async () => {
    await using server = await judgeServer(says(agent));
    const output = join(home.path, "faults.ndjson");
    await attribute(server.url, failedTrials(3), { output });
    await appendFile(output, '{"type":"attribution","key":"abc');
    const { attributions, exitCode } = await attribute(server.url, failedTrials(4), {
      output,
      cache: false,
    });
    expect(server.asked).toHaveLength(4);
    expect({ attributed: attributions.length, exitCode }).toEqual({ attributed: 4, exitCode: 0 });
    expect((await readFile(output, "utf8")).trim().split("\n")).toHaveLength(4);
  });

  test("with attributions on stdin, before or after the trials", async () => {
    await using server = await judgeServer(says(agent));
    const trials = failedTrials(3);
    const { records, attributions } = await attribute(server.url, trials);
    for (const input of [
      [...trials, ...records],
      [...records, ...trials],
    ]) {
      const again = await attribute(server.url, input, { cache: false });
      expect(again.attributions).toEqual(attributions);
      expect(again.findings).toEqual(records.filter(({ type }) => type === "finding"));
    }
    expect(server.asked).toHaveLength(3);
  });

  test("but by another judge it is, and both stay", async () => {
    await using server = await judgeServer(says(agent));
    const trials = failedTrials(2);
    const { attributions } = await attribute(server.url, trials);
    const other = await attribute(server.url, [...trials, ...attributions], {
      judgeModel: "judge-2",
    });
    expect(server.asked).toHaveLength(4);
    expect(other.attributions).toHaveLength(4);
    expect(other.findings[0]?.message).toBe(
      "at fault: agent 2 of 2, user 0 of 2, environment 0 of 2",
    );
  });

  test("but in another run, with the same key, it is", async () => {
    await using server = await judgeServer(says(agent));
    const { attributions } = await attribute(server.url, failedTrials(1));
    const again = failedTrials(1, { run_id: "20260202-000000-bbbb", output: "other" });
    await attribute(server.url, [...again, ...attributions]);
    expect(server.asked).toHaveLength(2);
  });

  test("attributions alone give their shares", async () => {
    await using server = await judgeServer(says(agent));
    const { records, attributions } = await attribute(server.url, failedTrials(3));
    const merged = await attribute("http://127.0.0.1:1/v1", attributions);
    expect(merged.records).toEqual(records);
  });

  test("of two that disagree one counts, in any order, and that is said", async () => {
    await using server = await judgeServer(says(agent));
    const { attributions } = await attribute(server.url, failedTrials(1));
    const changed = attributions.map((one) => ({ ...one, author: "user", fault_type: null }));
    const a = await attribute(server.url, [...attributions, ...changed]);
    const b = await attribute(server.url, [...changed, ...attributions]);
    expect(a.findings).toEqual(b.findings);
    expect(a.findings[0]?.count).toBe(1);
    expect(a.notes).toEqual(["1 trials have attributions that disagree; one of each is counted"]);
  });
});

describe("a trial that could not be judged", () => {
  test("has no author, makes the exit code 75, and is asked about again", async () => {
    const output = join(home.path, "faults.ndjson");
    await using server = await judgeServer(
      inOrder(says("no idea"), says(agent), says(agent), says(agent)),
    );
    const first = await attribute(server.url, failedTrials(2), { output, parallel: 1 });
    expect(first.exitCode).toBe(75);
    const none = first.attributions.filter(({ author }) => author === null);
    expect(none).toMatchObject([
      { fault_type: null, description: 'unreadable: no JSON in "no idea"', cost_usd: null },
    ]);
    expect(first.findings).toMatchObject([
      { message: "at fault: agent 1 of 1, user 0 of 1, environment 0 of 1 (of 2 failed trials)" },
      { code: "agent_fault_types" },
      { code: "fault_unknown", severity: "warning", count: 1 },
    ]);
    const second = await attribute(server.url, failedTrials(2), { output });
    expect(server.asked).toHaveLength(3);
    expect(second.exitCode).toBe(0);
    expect(second.attributions.map(({ author }) => author)).toEqual(["agent", "agent"]);
    expect(second.findings[0]?.message).toBe(
      "at fault: agent 2 of 2, user 0 of 2, environment 0 of 2",
    );
    // And a third time there is nothing left to ask.
    expect((await attribute(server.url, failedTrials(2), { output })).exitCode).toBe(0);
    expect(server.asked).toHaveLength(3);
  });

  test("on stdin gives way to the new one", async () => {
    await using server = await judgeServer(inOrder(says("no idea"), says(agent)));
    const first = await attribute(server.url, failedTrials(1));
    const second = await attribute(server.url, [...first.attributions, ...failedTrials(1)]);
    expect(second.attributions).toMatchObject([{ author: "agent" }]);
  });

  test("does not keep the others from being judged", async () => {
    await using server = await judgeServer((response, asked, count) =>
      promptOf(asked).includes("answer 1")
        ? fails(400, "bad words")(response, asked, count)
        : says(agent)(response, asked, count),
    );
    const { attributions, exitCode, findings } = await attribute(server.url, failedTrials(4));
    expect(attributions.filter(({ author }) => author === "agent")).toHaveLength(3);
    expect(attributions.find(({ author }) => author === null)?.description).toBe(
      "not judged: the endpoint answered 400: bad words",
    );
    expect(findings[0]?.message).toContain("agent 3 of 3");
    expect(exitCode).toBe(75);
  });

  test("is not counted in shares where all of them are so", async () => {
    await using server = await judgeServer(says("?"));
    const { findings, exitCode } = await attribute(server.url, failedTrials(2));
    expect(findings.map(({ message }) => message)).toEqual([
      "none of 2 failed trials is attributed",
      "2 of 2 failed trials could not be judged; they are asked about again next time",
    ]);
    expect(exitCode).toBe(75);
  });
});

test("an endpoint that cannot be used ends it with 69, and nothing is written", async () => {
  await using server = await judgeServer(fails(401, "who are you"));
  const output = join(home.path, "faults.ndjson");
  await expect(attribute(server.url, failedTrials(3), { output })).rejects.toMatchObject({
    exitCode: 69,
  });
  expect(await readFile(output, "utf8")).toBe("");
});

test("no endpoint is an error before anything is read", async () => {
  const input = async function* (): AsyncGenerator<AnyRecord> {
    yield await Promise.reject(new Error("was read"));
  };
  const work = attributeTrials(input(), flagSchema.parse({ judgeModel: "j" }), {
    env: {},
    note: () => {},
    progress: { start: () => {}, update: () => {}, stop: () => {} },
    stop: new AbortController().signal,
    abort: new AbortController().signal,
    positionals: [],
  });
  await expect(work.next()).rejects.toMatchObject({ exitCode: 2, code: "no_judge_endpoint" });
});

test("other records pass; findings of an earlier time are made anew", async () => {
  await using server = await judgeServer(says(agent));
  const passing = [
    { type: "note", n: 1 },
    { type: "finding", version: 1, code: "missing_trials", severity: "warning", message: "x" },
  ];
  const old = {
    type: "finding",
    version: 1,
    code: "fault_attribution",
    severity: "info",
    message: "old",
  };
  const { records } = await attribute(server.url, [...passing, old, testTrial({ reward: 1 })]);
  expect(records.slice(0, 2)).toEqual(passing);
  expect(records).toHaveLength(3);
});

test("after a stop no trial is begun, and what is under way is kept", async () => {
  const stop = new AbortController();
  const output = join(home.path, "faults.ndjson");
  await using server = await judgeServer((response, asked, count) => {
    if (count === 2) stop.abort();
    setTimeout(() => void says(agent)(response, asked, count), 30);
  });
  const { findings, exitCode } = await attribute(
    server.url,
    failedTrials(20),
    { output, parallel: 3 },
    { stop: stop.signal },
  );
  expect({ findings, exitCode }).toEqual({ findings: [], exitCode: 75 });
  expect(server.asked).toHaveLength(3);
  expect((await readFile(output, "utf8")).trim().split("\n")).toHaveLength(3);
});

describe("files", () => {
  test("of mx are read in place of stdin", async () => {
    await using server = await judgeServer(says(agent));
    const file = join(home.path, "scored.ndjson");
    await writeFile(
      file,
      failedTrials(2)
        .map((trial) => `${JSON.stringify(trial)}\n`)
        .join(""),
    );
    const { attributions } = await attribute(server.url, failedTrials(9), {}, { files: [file] });
    expect(attributions).toHaveLength(2);
  });

  test("of tau-bench too, with what happened in them", async () => {
    await using server = await judgeServer(says(agent));
    const file = join(home.path, "results.json");
    const row = (task_id: number, reward: number) => ({
      task_id,
      reward,
      info: {
        task: { instruction: "cancel my flight", actions: [{ name: "cancel" }], outputs: ["100"] },
      },
      traj: [
        { role: "system", content: "the policy" },
        { role: "user", content: "please cancel" },
        { role: "assistant", content: "I cannot do that" },
      ],
      trial: 0,
    });
    await writeFile(file, JSON.stringify([row(0, 0), row(1, 1), row(2, 0)]));
    const { attributions } = await attribute(
      server.url,
      [],
      { from: "tau-bench", requireTrajectory: true },
      { files: [file] },
    );
    expect(attributions.map(({ task_id }) => task_id).sort()).toEqual(["0", "2"]);
    for (const asked of server.asked) {
      expect(promptOf(asked)).toContain("the policy");
      expect(promptOf(asked)).toContain("I cannot do that");
    }
  });

  test("a format without a file is error 2", async () => {
    await expect(
      attribute("http://127.0.0.1:1/v1", [], { from: "tau-bench" }),
    ).rejects.toMatchObject({ exitCode: 2, message: "--from needs a file or folder" });
  });
});

test("a trial that is nested more deeply than can be written is still judged", async () => {
  await using server = await judgeServer(says(agent));
  const deep = `{"steps":[{"source":"agent","message":${"[".repeat(100_000)}${"]".repeat(100_000)}}]}`;
  const line = JSON.stringify(testTrial({ trajectory })).replace(JSON.stringify(trajectory), deep);
  const record = parseRecord(line, { source: "stdin", line: 1, known: knownTypes(["trial"]) });
  const { attributions } = await attribute(server.url, [record, record]);
  expect(attributions).toHaveLength(1);
  expect(promptOf(server.asked[0])).toContain("(nested too deeply)");
});
