import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineCommand } from "./command.ts";
import type { MxError } from "./errors.ts";
import { parseFlags } from "./parse-flags.ts";

const run = async () => {};
const flags = z
  .object({
    maxTurns: z.int().min(1).default(5).describe("most turns"),
    ratio: z.number().optional(),
    seed: z.int().optional(),
    name: z.string().optional(),
    tag: z.array(z.string()).default([]),
    level: z.enum(["low", "high"]).default("low"),
    port: z.union([z.int(), z.literal("auto")]).default("auto"),
    stream: z.boolean().default(true),
    dryRun: z.boolean().default(false),
    slurm: z.record(z.string(), z.string()).default({}),
  })
  .refine((given) => given.ratio === undefined || given.seed === undefined, {
    error: "cannot be given with --ratio",
    path: ["seed"],
  });
const command = defineCommand({
  name: "mx-test",
  summary: "",
  flags,
  aliases: { t: "maxTurns" },
  rest: "any",
  run,
});
const defaults = {
  maxTurns: 5,
  tag: [],
  level: "low",
  port: "auto",
  stream: true,
  dryRun: false,
  slurm: {},
  quiet: false,
};

const parse = (argv: string[], env = {}) => parseFlags(command, argv, env).flags;
function problem(argv: string[], env = {}, spec = command): string {
  try {
    parseFlags(spec, argv, env);
  } catch (error) {
    expect((error as MxError).exitCode).toBe(2);
    const { message, hint } = error as MxError;
    return hint?.startsWith("did you") || hint?.startsWith("for ")
      ? `${message}; ${hint}`
      : message;
  }
  throw new Error("nothing was wrong");
}

describe("values", () => {
  test.for<[string[], Record<string, unknown>]>([
    [[], {}],
    [["--max-turns", "7"], { maxTurns: 7 }],
    [["--max-turns=7"], { maxTurns: 7 }],
    [["-t", "7"], { maxTurns: 7 }],
    [["-t7"], { maxTurns: 7 }],
    [["--max-turns", "7", "--max-turns", "8"], { maxTurns: 8 }],
    [["--ratio", "-1.5e-3"], { ratio: -0.0015 }],
    [["--tag", "a", "--tag", "b,c"], { tag: ["a", "b,c"] }],
    [["--no-stream", "--dry-run"], { stream: false, dryRun: true }],
    [["--dry-run", "--no-dry-run"], { dryRun: false }],
    [["--stream=false"], { stream: false }],
    [["--port", "80"], { port: 80 }],
    [["--slurm.partition=a", "--slurm.time", "1:00"], { slurm: { partition: "a", time: "1:00" } }],
    [["--slurm.a=1", "--slurm.a=b=c", "--slurm.x-y="], { slurm: { a: "b=c", "x-y": "" } }],
    [["--name", "--slurm.a=1"], { name: "--slurm.a=1" }],
    [["--slurm.a", "--quiet", "--quiet"], { slurm: { a: "--quiet" }, quiet: true }],
    [["--port", "auto"], { port: "auto" }],
    [["--quiet"], { quiet: true }],
    [["--name", "- a list"], { name: "- a list" }],
    [["--name", "-x"], { name: "-x" }],
    [["--name="], { name: "" }],
    [["--name", ""], { name: "" }],
    [["--name", '"quoted"'], { name: '"quoted"' }],
    [["--name='quoted'"], { name: "'quoted'" }],
    [["--name", '"'], { name: '"' }],
    [["--name", "a=b"], { name: "a=b" }],
    [["--name", '--other="x"'], { name: '--other="x"' }],
    [["--name=--quiet"], { name: "--quiet" }],
    [["--name", "0123"], { name: "0123" }],
    [["--name", "a\nb"], { name: "a\nb" }],
    [["--name", "a.b", "--tag", "a.b"], { name: "a.b", tag: ["a.b"] }],
  ])("%j", ([argv, expected]) => {
    expect(parse(argv)).toEqual({ ...defaults, ...expected });
  });
});

describe("environment", () => {
  test("stands in for flags that are not given", () => {
    const env = {
      MX_TEST_MAX_TURNS: "9",
      MX_TEST_TAG: "a,b",
      MX_TEST_DRY_RUN: "1",
      MX_TEST_NAME: "",
      MX_TEST_QUIET: "true",
    };
    const found = { maxTurns: 9, tag: ["a", "b"], dryRun: true, quiet: true };
    expect(parse([], env)).toEqual({ ...defaults, ...found });
    expect(parse(["-t1", "--tag", "c", "--no-dry-run", "--no-quiet"], env)).toEqual({
      ...defaults,
      maxTurns: 1,
      tag: ["c"],
    });
  });
});

describe("problems", () => {
  test.for<[string[], string]>([
    [["--max-turns", "abc"], '--max-turns: expected a number, not "abc"'],
    [["--max-turns", "0x10"], '--max-turns: expected a number, not "0x10"'],
    [["--max-turns", "1_000"], '--max-turns: expected a number, not "1_000"'],
    [["--max-turns", "1e999"], '--max-turns: expected a number, not "1e999"'],
    [["--max-turns="], "--max-turns needs a value"],
    [["--max-turns", "1.5"], "--max-turns: expected int, received number"],
    [["--max-turns", "0"], "--max-turns: expected number to be >=1"],
    [["--max-turns"], "--max-turns needs a value"],
    [["-t"], "-t needs a value"],
    [["--slurm.time"], "--slurm.time needs a value"],
    [["--slurm", "x"], "--slurm needs a name"],
    [["--slrum.time=1"], "unknown flag --slrum.time"],
    [
      ["--name", "--dry-run"],
      "--name needs a value; for the value --dry-run, write --name=--dry-run",
    ],
    [["--no-name"], "--name needs a value"],
    [["--level", "mid"], '--level: expected low or high, not "mid"'],
    [["--dry-run=maybe"], '--dry-run: expected true or false, not "maybe"'],
    [["--max-turn", "3"], "unknown flag --max-turn; did you mean --max-turns?"],
    [["--dryrun"], "unknown flag --dryrun; did you mean --dry-run?"],
    [["--maxTurns", "3"], "unknown flag --maxTurns; did you mean --max-turns?"],
    [["--frobnicate"], "unknown flag --frobnicate"],
    [["--__proto__", "x"], "unknown flag --___proto___"],
    [["--constructor", "x"], "unknown flag --constructor"],
    [["-x"], "unknown flag -x"],
    [["word"], 'unexpected argument "word"'],
    [["--ratio", "1", "--seed", "1"], "--seed: cannot be given with --ratio"],
  ])("%j", ([argv, message]) => {
    expect(problem(argv)).toBe(message);
  });

  test("a wrong variable is named", () => {
    expect(problem([], { MX_TEST_MAX_TURNS: "x" })).toBe(
      'MX_TEST_MAX_TURNS: expected a number, not "x"',
    );
    expect(problem([], { MX_TEST_MAX_TURNS: "0" })).toBe(
      "MX_TEST_MAX_TURNS: expected number to be >=1",
    );
  });

  test("a flag without which nothing goes is named", () => {
    const needy = defineCommand({
      name: "mx-test",
      summary: "",
      flags: z.object({ runId: z.string() }),
      run,
    });
    expect(problem([], {}, needy)).toBe("--run-id is missing");
  });
});

describe("positionals", () => {
  const spec = (positionals: NonNullable<typeof command.positionals>) =>
    defineCommand({ name: "mx-test", summary: "", flags: z.object({}), positionals, run });
  const one = { name: "run", describe: "which run", required: true };

  test("a required one must be there, and there must be no more", () => {
    expect(problem([], {}, spec([one]))).toBe("RUN is missing: which run");
    expect(problem(["a", "b"], {}, spec([one]))).toBe('unexpected argument "b"');
    expect(parseFlags(spec([one]), ["12"], {}).positionals).toEqual(["12"]);
  });

  test("the last may repeat, and -- ends the flags", () => {
    const many = spec([one, { name: "more", describe: "", repeat: true }]);
    expect(parseFlags(many, ["a", "--", "--b", "-c"], {}).positionals).toEqual(["a", "--b", "-c"]);
  });

  test("where nothing is expected after --, nothing may be there", () => {
    expect(problem(["--", "x"], {}, spec([]))).toBe("arguments after `--` are not expected here");
  });
});
