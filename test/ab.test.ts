import { startEmulator } from "@mx/modal-emulator";
import type { Comparison, Planned, Run, Trial } from "@mx/records";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasBubblewrap } from "./support/needs.ts";
import { ofType, records, runBin, shell, type Fields } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";
import { vaultServer } from "./support/vault-server.ts";

const temp = tempHome();
const token = "tok-of-the-vault-5521";

/** A word that is nowhere else, in return for a token. */
const vault = vaultServer(
  `process.env.VAULT_TOKEN === "${token}" ? ["o", "sprey"].join("") : "denied"`,
);
const skill =
  "---\nname: birds\ndescription: Names the bird.\n---\nRun `sh bird.sh`: it is a heron.\n";

const is = (text: string) => [{ kind: "output", equals: text }];
/** What each of them needs is in its name. Task two-goes is solved by the skill in its first trial only. */
const tasks = [
  { id: "nothing", prompt: "be ready", checks: is("ready") },
  { id: "skill", prompt: "which bird is by the lake?", checks: is("heron") },
  { id: "two-goes", prompt: "which bird is by the pond?", checks: is("heron") },
  { id: "tool", prompt: "which bird is in the vault?", checks: is("osprey") },
  { id: "no-skill", prompt: "be quick", checks: is("ready") },
  { id: "never", prompt: "be perfect", checks: is("perfect") },
].map((task) => ({ ...task, files: { "vault.mjs": vault } }));

const loads = [{ name: "Skill", arguments: { name: "birds" } }];
const opens = [{ name: "mcp__vault__open", arguments: {} }];
/** Uses what it is offered; says what it found there. */
const script: Fields[] = [
  { task: "nothing", turn: 1, content: "ready" },
  { task: "skill", turn: 1, when: { tool: "Skill" }, tool_calls: loads },
  { task: "skill", turn: 2, when: { contains: "heron" }, content: "heron" },
  { task: "two-goes", turn: 1, when: { tool: "Skill" }, tool_calls: loads },
  { task: "two-goes", turn: 2, when: { trial: 0, contains: "heron" }, content: "heron" },
  { task: "tool", turn: 1, when: { tool: "mcp__vault__open" }, tool_calls: opens },
  { task: "tool", turn: 2, when: { contains: "osprey" }, content: "osprey" },
  { task: "no-skill", turn: 1, when: { tool: "Skill" }, content: "let me see" },
  { task: "no-skill", turn: 1, content: "ready" },
  { task: "*", turn: 1, content: "no idea" },
  { task: "*", turn: 2, content: "no idea" },
];

function write(name: string, content: unknown): string {
  const path = join(temp.folder, name);
  const isText = typeof content === "string";
  writeFileSync(path, isText ? content : JSON.stringify(content));
  return path;
}

/** Tasks, skills and a configuration of MCP servers in the test's folder; the flags that name them. */
function equipped(server: Fields = { args: ["${workspaceFolder}/vault.mjs"] }) {
  const folder = join(temp.folder, "skills/birds");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "SKILL.md"), skill);
  writeFileSync(join(folder, "bird.sh"), "echo heron\n", { mode: 0o755 });
  const env = { VAULT_TOKEN: "${VAULT_TOKEN}" };
  const config = write("mcp.json", { vault: { command: "node", env, ...server } });
  const batch = write("tasks.json", tasks);
  return `--batch ${batch} --skills-dir ${join(temp.folder, "skills")} --mcp-config ${config}`;
}

const lines = (script: Fields[]) => script.map((line) => JSON.stringify(line)).join("\n");

/** mx-sandbox on a scripted model, and what comes after it in the pipe. */
function proxied(rest: string, told: Fields[] = script, env: Record<string, string> = {}) {
  const path = write("script.ndjson", lines(told));
  const ledger = join(temp.folder, "calls.ndjson");
  const sandbox = `mx-proxy --script ${path} --ledger ${ledger} -- mx-sandbox --model scripted --quiet`;
  return shell(`${sandbox} ${rest}`, { ...temp.env, VAULT_TOKEN: token, ...env });
}

const numbers = ({ b, pairs, difference, wins, losses, ties }: Comparison) => ({
  arm: b.name,
  pairs,
  difference,
  wins,
  losses,
  ties,
});

async function emulated() {
  const emulator = await startEmulator();
  return { env: emulator.env, [Symbol.asyncDispose]: () => emulator.close() };
}

describe.skipIf(!hasBubblewrap)("the arms of one run", () => {
  test.for([
    ["", 0],
    [", and a model that slows down half way", 600],
  ] as const)(
    "the paired difference is the one that the script was made for%s",
    { timeout: 180_000 },
    async ([, slow]) => {
      const late = new Set(["tool", "no-skill", "never"]);
      const told = script.map((line) =>
        late.has(String(line["task"])) && slow > 0 ? { ...line, delay_ms: slow } : line,
      );
      const kept = join(temp.folder, "trials.ndjson");
      const { stdout, stderr, exitCode } = await proxied(
        `${equipped()} --ab --trials 2 | tee ${kept} | mx-score compare baseline skills skills+mcp --format ndjson`,
        told,
      );
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
      const common = { pairs: 6, losses: 1 };
      expect(ofType<Comparison>(stdout, "comparison").map(numbers)).toEqual([
        { ...common, arm: "skills", difference: expect.closeTo(0.5 / 6, 9), wins: 2, ties: 3 },
        { ...common, arm: "skills+mcp", difference: expect.closeTo(1.5 / 6, 9), wins: 3, ties: 2 },
      ]);
      const text = readFileSync(kept, "utf8");
      const trials = ofType<Trial>(text, "trial");
      expect(trials).toHaveLength(6 * 3 * 2);
      expect(new Set(trials.map(({ outcome }) => outcome))).toEqual(new Set(["completed"]));
      const run = ofType<Run>(text, "run").at(-1);
      expect(run).toMatchObject({ planned: 36, finished: 36, state: "done" });
      expect(run?.variants).toEqual(["baseline", "skills", "skills+mcp"]);
      expect(run?.arms?.map(({ equipment }) => Object.keys(equipment ?? {}))).toEqual([
        [],
        ["skills"],
        ["skills", "mcp"],
      ]);
      const grep = `grep -rl ${token} "$MX_HOME" ${kept} | grep -v tasks.json | wc -l`;
      expect((await shell(grep, temp.env)).stdout.trim()).toBe("0");
    },
  );

  test(
    "an arm whose MCP server cannot start was not run, and has not failed",
    { timeout: 120_000 },
    async () => {
      const kept = join(temp.folder, "trials.ndjson");
      const flags = equipped({ args: ["-e", "console.error('no vault'); process.exit(3)"] });
      const { stderr, exitCode } = await proxied(`${flags} --ab --retries 0 > ${kept}; exit $?`);
      expect(exitCode).toBe(75);
      expect(stderr).toMatch(
        /arm skills\+mcp was not run: none of 6 trials .*mcp_failed.*no vault/s,
      );
      const trials = ofType<Trial>(readFileSync(kept, "utf8"), "trial");
      const outcomes = (variant: string) =>
        trials.filter((trial) => trial.variant === variant).map(({ outcome }) => outcome);
      expect(outcomes("skills+mcp")).toEqual(Array(6).fill("infra_error"));
      expect(outcomes("baseline")).toEqual(Array(6).fill("completed"));
      const compared = await shell(`mx-score compare baseline skills+mcp < ${kept}`, temp.env);
      expect(compared.exitCode).toBe(75);
    },
  );

  test("an arm whose image is not there was not run either", async () => {
    const args = ["--prompt", "x", "--variant", "plain:", "--variant", "other:--image none:1"];
    const { stdout, stderr, exitCode } = await runBin(
      "mx-sandbox",
      [...args, "--", "cat"],
      temp.env,
    );
    expect(exitCode).toBe(75);
    expect(stderr).toMatch(/arm other was not run: none of 1 trials .*sandbox_failed.*none:1/);
    const outcomes = ofType<Trial>(stdout, "trial").map(({ variant, outcome }) => [
      variant,
      outcome,
    ]);
    expect(Object.fromEntries(outcomes)).toEqual({ plain: "completed", other: "infra_error" });
  });

  test("arms of one's own: another model, prompt and agent", { timeout: 120_000 }, async () => {
    const batch = write("one.json", [{ id: "nothing", prompt: "be ready", checks: is("ready") }]);
    const { stdout, stderr, exitCode } = await proxied(
      `--batch ${batch} --variant 'other:--model second --max-turns 3' ` +
        `--variant 'polite:--prompt-prefix "Please do it:"' --variant 'cat:-- cat' | mx-score`,
      [
        { model: "scripted" },
        { model: "second" },
        { task: "nothing", turn: 1, when: { contains: "Please do it:\n\nbe" }, content: "thanks" },
        ...script,
      ],
    );
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const trials = ofType<Trial>(stdout, "trial");
    const said = trials.map(({ variant, model, output }) => [variant, model, output.trim()]);
    const sorted = said.toSorted(([a], [b]) => String(a).localeCompare(String(b)));
    expect(sorted).toEqual([
      ["cat", "scripted", "be ready"],
      ["other", "second", "ready"],
      ["polite", "scripted", "thanks"],
    ]);
    const run = ofType<Run>(stdout, "run").at(-1);
    expect(run).toMatchObject({ planned: 3, finished: 3, models: ["second", "scripted"] });
    expect(run?.arms).toMatchObject([
      { variant: "other", models: ["second"], flags: "--model second --max-turns 3" },
      { variant: "polite", models: ["scripted"], agent: { name: "mx-agent" } },
      { variant: "cat", models: ["scripted"], agent: { name: "cat", argv: ["cat"] } },
    ]);
    // No model of one arm is missed in another.
    expect(ofType(stdout, "summary").map(({ coverage }) => coverage)).toEqual([1, 1, 1]);
  });

  test.for(["local", "modal", "process"])(
    "an agent of one's own is told what its arm has, and finds it there: %s",
    { timeout: 120_000 },
    async (backend) => {
      await using emulator = backend === "modal" ? await emulated() : null;
      const agent = `for a; do case $a in
        --skills=*) sh "\${a#*=}/birds/bird.sh"; echo x 2>&- >> "\${a#*=}/birds/bird.sh" || echo kept;;
        --mcp=*) head -c 8 "\${a#*=}"; test "$VAULT_TOKEN" = ${token} && echo " and a token";;
        esac; done; echo "$#"; ls -A`;
      const args = ["--skills={skills_dir}", "--mcp={mcp_config}"];
      const batch = write("one.json", [{ id: "one", prompt: "x" }]);
      const given = equipped().split(" ").slice(2);
      const { stdout, exitCode } = await runBin(
        "mx-sandbox",
        [
          "--batch",
          batch,
          ...given,
          "--ab",
          "--backend",
          backend,
          "--",
          "sh",
          "-c",
          agent,
          "sh",
          ...args,
        ],
        { ...temp.env, VAULT_TOKEN: token, ...emulator?.env },
      );
      expect(exitCode).toBe(0);
      const output = new Map(
        ofType<Trial>(stdout, "trial").map(({ variant, output: said }) => [variant, said]),
      );
      // Elsewhere agents can write to their trial's own copy: as root, or as the user of all files.
      const kept = backend === "local" ? "kept\n" : "";
      expect(output.get("baseline")).toBe("0\n");
      expect(output.get("skills")).toBe(`heron\n${kept}1\n`);
      expect(output.get("skills+mcp")).toBe(`heron\n${kept}{"vault" and a token\n2\n`);
    },
  );
});

describe("what an arm is made of", () => {
  const plan = async (flags: string) => {
    const given = `mx-sandbox --model m --api-url http://127.0.0.1:1/v1 --dry-run ${flags}`;
    const { stdout, stderr, exitCode } = await shell(given, { ...temp.env, VAULT_TOKEN: token });
    return { planned: ofType<Planned>(stdout, "planned"), stderr, exitCode };
  };
  const keys = ({ planned }: { planned: Planned[] }) =>
    new Map(planned.map(({ variant, task_id, key }) => [`${task_id} ${variant}`, key]));

  test("a changed skill is another trial of the arms that have it, and of no other", async () => {
    const flags = equipped();
    const before = keys(await plan(`${flags} --ab`));
    const plain = keys(await plan(`--batch ${join(temp.folder, "tasks.json")}`));
    writeFileSync(join(temp.folder, "skills/birds/bird.sh"), "echo swan\n");
    const after = keys(await plan(`${flags} --ab`));
    expect(before.size).toBe(18);
    expect(before.get("tool baseline")).toBe(plain.get("tool baseline"));
    for (const [name, key] of before) {
      expect(after.get(name) === key, name).toBe(name.endsWith(" baseline"));
    }
    // The arm is the same, whether the others are there or not.
    expect(keys(await plan(flags)).get("tool skills+mcp")).toBe(after.get("tool skills+mcp"));
    const { planned } = await plan(`${flags} --ab`);
    expect(planned.slice(0, 6).map(({ variant }) => variant)).toEqual([
      ...["baseline", "skills", "skills+mcp"],
      ...["skills", "skills+mcp", "baseline"],
    ]);
    expect(planned[2]?.equipment).toEqual({
      skills: expect.stringMatching(/^[0-9a-f]{64}$/),
      mcp: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test.for<[string, string, RegExp]>([
    ["nothing to compare", "--ab", /--ab needs --skills-dir or --mcp-config/],
    ["no such folder", "--skills-dir none", /--skills-dir none: ENOENT/],
    ["no skill", "--skills-dir out", /out: there is no skill in it/],
    ["a link out of it", "--skills-dir links", /leads out of the folder/],
    ["a pipe", "--skills-dir pipes", /is no regular file/],
    ["too much", "--skills-dir large", /over 33554432 bytes/],
    ["no such config", "--mcp-config none.json", /--mcp-config none.json: ENOENT/],
    ["bad JSON", "--mcp-config bad.json", /not JSON/],
    [
      "a variable that is not set",
      "--mcp-config unset.json",
      /\$\{NOPE\}: the variable is not set/,
    ],
    ["the provider's key", "--mcp-config key.json", /\$OPENAI_API_KEY does not go into a sandbox/],
    [
      "the provider's key in clear",
      "--mcp-config clear.json",
      /holds the value of \$OPENAI_API_KEY/,
    ],
    [
      "a flag that is not an arm's",
      "--variant a:--parallel=2",
      /unknown flag --parallel.*--model,/,
    ],
    ["two of a name", "--variant a: --variant a:--seed=1", /two arms are named a/],
    ["a quote without its end", `--variant "a:--model 'x"`, /a ' without its end/],
    ["no name", "--variant --model=x", /--variant/],
    ["an agent that is not told", "--skills-dir in -- cat", /has no \{skills_dir\}/],
  ])("%s is a usage error", async ([, flags, fault]) => {
    const { folder } = temp;
    for (const name of ["in/a", "out/a/b/c", "links/a", "pipes/a", "large/a"]) {
      mkdirSync(join(folder, name), { recursive: true });
      if (!name.startsWith("out")) writeFileSync(join(folder, name, "SKILL.md"), skill);
    }
    symlinkSync("/etc/passwd", join(folder, "links/a/passwd"));
    execFileSync("mkfifo", [join(folder, "pipes/a/pipe")]);
    execFileSync("truncate", ["-s", "40M", join(folder, "large/a/zeros")]);
    write("bad.json", "{");
    write("unset.json", { a: { command: "${NOPE}" } });
    write("key.json", { a: { url: "http://h/", headers: { a: "${OPENAI_API_KEY}" } } });
    write("clear.json", { a: { url: "http://h/", headers: { a: "Bearer sk-0123456789" } } });
    const api = "--model m --api-url http://127.0.0.1:1/v1";
    const env = { ...temp.env, OPENAI_API_KEY: "sk-0123456789" };
    const line = `mx-sandbox --prompt x ${api} ${flags}`;
    const { stdout, stderr, exitCode } = await shell(line, env, folder);
    expect(stderr).toMatch(fault);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  });
});

describe.skipIf(!hasBubblewrap)("preflight", () => {
  const good = {
    id: "sum",
    prompt: "what is 2 + 2?",
    checks: [...is("4"), { kind: "file", path: "sum.txt", contains: "4" }],
    solution: { files: { "sum.txt": "4\n" }, command: "cat sum.txt" },
  };
  const broken = { ...good, id: "broken", solution: { command: "echo 5; exit 3" } };
  const vacuous = { id: "vacuous", prompt: "x", checks: [{ kind: "exit_code", command: "true" }] };
  const ungraded = { id: "ungraded", prompt: "x" };
  const calls = () =>
    records(readFileSync(join(temp.folder, "calls.ndjson"), "utf8")).filter(({ path }) =>
      String(path).includes("completions"),
    );
  const look = "ls -A . ~/.mx /mx/out; cat ~/.mx/*; env; echo 4 > sum.txt";
  const told = [
    { task: "sum", turn: 1, tool_calls: [{ name: "Bash", arguments: { command: look } }] },
    { task: "sum", turn: 2, when: { contains: "sum.txt" }, content: "there was something" },
    { task: "sum", turn: 2, content: "4" },
    { task: "ungraded", turn: 1, content: "y" },
  ];

  test("a solution that fails, or nothing that passes, keeps the model from being asked", async () => {
    const batch = write("tasks.json", [good, broken, vacuous, ungraded]);
    const { stdout, stderr, exitCode } = await proxied(`--batch ${batch} --preflight`, told);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/preflight: no model is asked/);
    expect(calls()).toEqual([]);
    expect(ofType(stdout, "trial")).toEqual([]);
    const checks = ofType(stdout, "check").map(({ name, ok, not_run }) => [name, ok, not_run]);
    const sorted = checks.toSorted(([a], [b]) => String(a).localeCompare(String(b)));
    expect(sorted).toEqual([
      ["broken: doing nothing", true, undefined],
      ["broken: solution", false, undefined],
      ["sum: doing nothing", true, undefined],
      ["sum: solution", true, undefined],
      ["ungraded: checks", false, true],
      ["vacuous: doing nothing", false, undefined],
      ["vacuous: solution", false, true],
    ]);
    expect(ofType<Run>(stdout, "run").at(-1)).toMatchObject({ state: "incomplete", owed: 4 });
  });

  test("a solution is not part of what is asked", async () => {
    const key = async (task: Fields) => {
      const args = ["--batch", write("one.json", [task]), "--dry-run", "--", "cat"];
      return ofType<Planned>((await runBin("mx-sandbox", args, temp.env)).stdout, "planned")[0]
        ?.key;
    };
    const { solution: _, ...unsolved } = good;
    expect(await key(good)).toMatch(/^[0-9a-f]{64}$/);
    expect(await key(unsolved)).toBe(await key(good));
    expect(await key({ ...good, prompt: "what is 3 + 1?" })).not.toBe(await key(good));
  });

  test("tasks that are in order are run, and their agents find nothing of the solution", async () => {
    const batch = write("tasks.ndjson", lines([good, ungraded]));
    const { stdout, stderr, exitCode } = await proxied(`--preflight < ${batch}`, told);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(records(stdout).map(({ type }) => type)).toEqual([
      "run",
      ...Array<string>(3).fill("check"),
      ...["trial", "trial", "run"],
    ]);
    const sum = ofType<Trial>(stdout, "trial").find(({ task_id }) => task_id === "sum");
    expect(sum?.checks?.map(({ passed }) => passed)).toEqual([true, true]);
    expect(stdout).not.toContain("cat sum.txt");
  });
});
