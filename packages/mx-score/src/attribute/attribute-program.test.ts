import type { Attribution } from "@mx/records";
import { build } from "esbuild";
import { execa } from "execa";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { judgeServer, says } from "../judge/testing/judge-server.ts";
import { temporaryFolder } from "../judge/testing/temporary-folder.ts";
import { testTrial } from "../judge/testing/test-trial.ts";

const key = "sk-secret-0123456789abcdef";
const agent = {
  description: `the agent said ${key}`,
  author: "agent",
  fault_type: "called_wrong_tool",
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let program: string;
let output: string;
let count = 0;
beforeAll(async () => {
  folder = await temporaryFolder();
  await build({
    entryPoints: [fileURLToPath(new URL("./fixtures/attribute-program.ts", import.meta.url))],
    outdir: folder.path,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20.19",
    format: "esm",
    define: { MX_VERSION: '"1.2.3"' },
    banner: {
      js: 'import { createRequire as r } from "node:module"; const require = r(import.meta.url);',
    },
  });
  program = join(folder.path, "attribute-program.mjs");
});
afterAll(() => folder[Symbol.asyncDispose]());
beforeEach(() => {
  output = join(folder.path, `faults-${(count += 1)}.ndjson`);
});

function run(url: string, input: object[], ...args: string[]) {
  return execa(
    process.execPath,
    [program, "--judge-model", "judge-1", "--no-cache", "--output", output, ...args],
    {
      env: { MX_HOME: folder.path, OPENAI_BASE_URL: url, OPENAI_API_KEY: key },
      input: input.map((record) => `${JSON.stringify(record)}\n`).join(""),
      reject: false,
    },
  );
}

const trials = Array.from({ length: 40 }, (_, n) =>
  testTrial({ task_id: `t${n}`, output: `answer ${n}` }),
);

/** Waits until so many lines are on stdout, and returns those that came in the end. */
async function readUntil(child: ReturnType<typeof run>, lines: number, then: () => void) {
  const seen: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    seen.push(line);
    if (seen.length === lines) then();
  }
  return seen;
}

async function onDisk(): Promise<Attribution[]> {
  const text = await readFile(output, "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Attribution);
}

const slowServer = () =>
  judgeServer((response, asked, nth) =>
    setTimeout(() => void says(agent)(response, asked, nth), 20),
  );

test("what was on stdout when it was killed is on disk, and is not asked again", async () => {
  await using server = await slowServer();
  const child = run(server.url, trials, "--parallel", "4");
  const printed = await readUntil(child, 10, () => child.kill("SIGKILL"));
  await child;
  const kept = new Set((await onDisk()).map((attribution) => attribution.key));
  for (const line of printed) expect(kept).toContain((JSON.parse(line) as Attribution).key);
  const before = server.asked.length;
  expect(before).toBeLessThan(40);

  const { stdout, stderr, exitCode } = await run(server.url, trials);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  const records = stdout.split("\n").map((line) => JSON.parse(line) as { type: string });
  expect(records.filter(({ type }) => type === "attribution")).toHaveLength(40);
  expect(await onDisk()).toHaveLength(40);
  expect(stdout).toContain("at fault: agent 40 of 40, user 0 of 40, environment 0 of 40");
  expect(server.asked.length - before).toBe(40 - kept.size);
  // The secret that the judge quotes is nowhere.
  expect(stdout + (await readFile(output, "utf8"))).not.toContain(key);
  expect(stdout).toContain("the agent said ***");
});

test("a signal ends it after what is under way, which is kept", async () => {
  await using server = await slowServer();
  const child = run(server.url, trials, "--parallel", "4");
  const printed = await readUntil(child, 5, () => child.kill("SIGINT"));
  const { exitCode, stderr } = await child;
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: "" });
  expect(await onDisk()).toHaveLength(server.asked.length);
  expect(printed).toHaveLength(server.asked.length);
  expect(server.asked.length).toBeLessThan(40);
});

test("a reader that leaves early ends it quietly", async () => {
  await using server = await slowServer();
  const child = run(server.url, trials, "--parallel", "2");
  child.stdout.once("data", () => child.stdout.destroy());
  const { exitCode, stderr } = await child;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(server.asked.length).toBeLessThan(40);
});

test.for([
  ["no judge", [], { OPENAI_BASE_URL: "http://127.0.0.1:1/v1" }, 2, /judge-model/],
  ["no endpoint", ["--judge-model", "j"], {}, 2, /OPENAI_BASE_URL is not set/],
  [
    "nobody there",
    ["--judge-model", "j"],
    { OPENAI_BASE_URL: "http://127.0.0.1:1/v1" },
    69,
    /cannot be used: no connection/,
  ],
] as const)("%s: %j", async ([, args, env, code, message]) => {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [program, ...args], {
    env: { PATH: process.env["PATH"] ?? "", MX_HOME: folder.path, ...env },
    extendEnv: false,
    input: `${JSON.stringify(trials[0])}\n`,
    reject: false,
  });
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: code });
  expect(stderr).toMatch(message);
});

test("a bad line ends it with 65 before anybody is asked", async () => {
  await using server = await slowServer();
  const child = execa(process.execPath, [program, "--judge-model", "j"], {
    env: { MX_HOME: folder.path, OPENAI_BASE_URL: server.url },
    input: `${JSON.stringify(trials[0])}\noops\n`,
    reject: false,
  });
  const { stderr, exitCode } = await child;
  expect(exitCode).toBe(65);
  expect(stderr).toContain("stdin:2");
  expect(server.asked).toHaveLength(0);
});
