import type { Trial } from "@mx/records";
import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { commandEnv } from "./command-env.ts";
import { gradeByCommand } from "./command.ts";
import { readVerdict } from "./read-verdict.ts";

const never = new AbortController().signal;
const trial = { type: "trial", task_id: "t1", output: "42", target: "42" } as Trial;

function grade(command: string | string[], timeout = 10_000, record = trial, signal = never) {
  const env = commandEnv(process.env);
  return gradeByCommand({ kind: "command", command, timeout_ms: timeout }, record, { env, signal });
}

/** Processes with this word in their command line. */
function alive(marker: string): string[] {
  const lines = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(marker));
}

test.for<[string, number | null, string?]>([
  ["1", 1],
  ["0.25\n", 0.25],
  ["true", 1],
  ["False", 0],
  [".5", 0.5],
  ["-1e-2", -0.01],
  ['{"value": 0.5}', 0.5],
  ['{"score": true, "explanation": "as it should"}', 1, "as it should"],
  ['{"reward": 0}', 0],
  ['{\n  "value": 1\n}\n', 1],
  ['loading…\ndone\n{"value": 1}', 1],
  ["debug: 3\n0\n\n", 0],
  ['{"value": null, "explanation": "no idea"}', null, "no idea"],
  ['{"value": null}', null, "the grader says that it does not know"],
  ["", null, "the grader printed nothing"],
  ["NaN", null, 'the grader printed no score: "NaN"'],
  ["1e999", null, 'the grader printed no score: "1e999"'],
  ['{"value": 1e999}', null],
  ['{"value": "1"}', null],
  ['{"points": 1}', null],
  ["[1]", null],
  ["0x10", null],
  ["pass", null],
  ['{"value": 1', null],
])("%j on stdout is %j", ([stdout, value, explanation]) => {
  const verdict = readVerdict(stdout);
  expect(verdict.value).toBe(value);
  if (value === null) expect(verdict.explanation).toEqual(expect.any(String));
  if (explanation !== undefined) expect(verdict.explanation).toBe(explanation);
});

test("any output has a verdict: a finite number, or unknown with a reason", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.double().map(String));
  fc.assert(
    fc.property(text, (stdout) => {
      const { value, explanation } = readVerdict(stdout);
      expect(value === null ? explanation : Number.isFinite(value)).toBeTruthy();
    }),
  );
});

describe("a program", () => {
  test("gets the record as one line", async () => {
    const script = `import json,sys; t=json.loads(sys.stdin.readline()); assert sys.stdin.read()=="";
print(json.dumps({"value": float(t["output"]==t["target"]), "explanation": t["task_id"]}))`;
    expect(await grade(["python3", "-c", script])).toEqual({ value: 1, explanation: "t1" });
  });

  test.for<[string, string, RegExp]>([
    ["fails", "echo 1; echo no luck >&2; exit 3", /status 3: no luck/],
    ["is killed", "echo 1; kill -TERM $$", /ended by SIGTERM/],
    ["is not there", "no-such-program-at-all", /status 127/],
    ["prints garbage", "head -c 1000 /dev/urandom; echo; echo '}{'", /no score/],
    ["prints too much", "yes 1", /over 1 MiB/],
    ["prints too much of 1 byte", "head -c 2000000 /dev/zero", /over 1 MiB/],
  ])("that %s gives no score", async ([, command, reason]) => {
    const { value, explanation } = await grade(command);
    expect(value).toBeNull();
    expect(explanation).toMatch(reason);
  });

  test("that cannot be started gives no score", async () => {
    expect(await grade(["/no/such/file"])).toMatchObject({
      value: null,
      explanation: expect.stringMatching(/could not be started.*ENOENT/),
    });
    expect(await grade(["a\0b"])).toMatchObject({ value: null });
  });

  test("that hangs is killed with its children", async () => {
    const marker = `mx-grade-hang-${process.pid}`;
    const command = `sh -c 'sleep 100; : ${marker}' & sh -c 'trap "" TERM; sleep 100; : ${marker}'; echo 1`;
    const started = performance.now();
    expect(await grade(command, 300)).toMatchObject({
      value: null,
      explanation: expect.stringMatching(/took over 300 ms/),
    });
    expect(performance.now() - started).toBeLessThan(3000);
    expect(alive(marker)).toEqual([]);
  });

  test("that leaves children behind is not waited for, and they end", async () => {
    const marker = `mx-grade-left-${process.pid}`;
    const started = performance.now();
    expect(await grade(`sh -c 'sleep 100; : ${marker}' & echo 1`)).toEqual({ value: 1 });
    expect(performance.now() - started).toBeLessThan(3000);
    expect(alive(marker)).toEqual([]);
  });

  test("whose child has left the group and holds its output is not waited for", async () => {
    const started = performance.now();
    expect(await grade("setsid sleep 2 & echo 1; sleep 0.1")).toEqual({ value: 1 });
    expect(performance.now() - started).toBeLessThan(1500);
  });

  test("that does not read a large record can still give a score", async () => {
    const large = { ...trial, output: "x".repeat(5_000_000) };
    expect(await grade("echo 1", 10_000, large)).toEqual({ value: 1 });
    expect(await grade("exec <&-; sleep 0.1; echo 1", 10_000, large)).toEqual({ value: 1 });
    expect(await grade("wc -c", 10_000, large)).toMatchObject({ value: expect.any(Number) });
  });

  test("ends with the signal", async () => {
    const marker = `mx-grade-abort-${process.pid}`;
    const abort = new AbortController();
    const work = grade(`sh -c 'sleep 100; : ${marker}'`, 60_000, trial, abort.signal);
    setTimeout(() => abort.abort(), 100);
    await expect(work).rejects.toMatchObject({ name: "AbortError" });
    expect(alive(marker)).toEqual([]);
    await expect(grade("echo 1", 1000, trial, abort.signal)).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  test("sees no secrets", () => {
    const env = {
      PATH: "/bin",
      MX_HOME: "/h",
      MX_PROXY_SECRET: "s",
      MX_API_KEY: "k",
      OPENAI_API_KEY: "k",
      X: "1",
    };
    expect(commandEnv(env)).toEqual({ PATH: "/bin", MX_HOME: "/h" });
  });
});
