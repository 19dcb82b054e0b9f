import {
  trajectoryFaults,
  type McpCall,
  type Request,
  type Run,
  type Trajectory,
  type Trial,
} from "@mx/records";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentsEnv, installedAgent } from "./support/installed-agent.ts";
import { isFull } from "./support/is-full.ts";
import { hasBubblewrap } from "./support/needs.ts";
import { ofType, runBin, shell, type Fields } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";
import { vaultServer } from "./support/vault-server.ts";

const temp = tempHome();
const patienceMs = 600_000;

const task = {
  id: "greet",
  prompt: "Write the word hello into the file out.txt, and say when you are done.",
  checks: [{ kind: "file", path: "out.txt", matches: "^hello\\s*$" }],
};
const usage = (prompt_tokens: number, completion_tokens: number) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
});
const writes = "echo hello > out.txt";
const done = { task: "greet", turn: 2, content: "Done.", usage: usage(1203, 3) };

/** The model's part of a conversation in which a tool is called and its result is seen. */
function calls(name: string, given: Fields): Fields[] {
  const tool_calls = [{ name, arguments: given }];
  const when = { tool: name };
  return [{ task: "greet", turn: 1, when, tool_calls, usage: usage(1101, 17) }, done];
}

interface Foreign {
  name: string;
  path: string;
  script: Fields[];
  /** The call in its trajectory; null: it knows no tools, the reply itself is the file. */
  called: string | null;
  /** Its tools for a command and for the one tool of the server `vault`, and where it finds skills; absent: none of them. */
  equipped?: { shell: (command: string) => Fields; vault: string; skills: string };
  /** True: its trajectory counts tokens. */
  counts: boolean;
  /** The tests of it that are run without MX_FULL. */
  quick: readonly ("task" | "equipped" | "host" | "no model")[];
}

/** It tells what its server was given. */
const vault = vaultServer('"the osprey of " + process.env.OWNER');

const finish = { command: "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && echo Done." };
const agents: Foreign[] = [
  {
    name: "claude-code",
    path: "/v1/messages",
    script: calls("Bash", { command: writes, description: "write the file" }),
    called: "Bash",
    equipped: {
      shell: (command) => ({ name: "Bash", arguments: { command, description: "read" } }),
      vault: "mcp__vault__open",
      skills: ".claude/skills",
    },
    counts: true,
    quick: ["task", "host"],
  },
  {
    name: "codex",
    path: "/v1/responses",
    script: calls("exec_command", { cmd: writes }),
    called: "exec_command",
    equipped: {
      shell: (cmd) => ({ name: "exec_command", arguments: { cmd } }),
      // Within the namespace of its server.
      vault: "open",
      skills: ".codex/skills",
    },
    counts: true,
    quick: ["task", "equipped", "host", "no model"],
  },
  {
    name: "gemini-cli",
    path: "/v1/models/scripted:streamGenerateContent",
    script: calls("run_shell_command", { command: writes }),
    called: "run_shell_command",
    equipped: {
      shell: (command) => ({ name: "run_shell_command", arguments: { command } }),
      vault: "mcp_vault_open",
      skills: ".gemini/skills",
    },
    counts: true,
    quick: [],
  },
  {
    name: "opencode",
    path: "/v1/chat/completions",
    script: calls("bash", { command: writes, description: "write the file" }),
    called: "bash",
    equipped: {
      shell: (command) => ({ name: "bash", arguments: { command, description: "read" } }),
      vault: "vault_open",
      skills: ".config/opencode/skills",
    },
    counts: true,
    quick: [],
  },
  {
    name: "mini-swe-agent",
    path: "/v1/chat/completions",
    script: [
      ...calls("bash", { command: writes }).slice(0, 1),
      { ...done, tool_calls: [{ name: "bash", arguments: finish }] },
    ],
    called: "bash",
    counts: true,
    quick: [],
  },
  {
    name: "aider",
    path: "/v1/chat/completions",
    // Three replies are in the example that it begins with.
    script: [{ ...done, turn: 4, content: "out.txt\n```\nhello\n```\n" }],
    called: null,
    counts: false,
    quick: [],
  },
];

/** Runs one trial of the task with an agent against a script; its record, the calls that were recorded, and stderr. */
async function runAgent(
  name: string,
  script: Fields[],
  flags: string[] = [],
  tasks: object[] = [task],
  proxyFlags: string[] = [],
) {
  const write = (file: string, text: string) => {
    writeFileSync(join(temp.folder, file), text);
    return join(temp.folder, file);
  };
  const lines = [{ model: "scripted" }, ...script].map((line) => JSON.stringify(line));
  const scripted = write("script.ndjson", lines.join("\n"));
  const batch = write("tasks.json", JSON.stringify(tasks));
  const ledger = join(temp.folder, "calls.ndjson");
  const { stdout, stderr, exitCode } = await runBin(
    "mx-proxy",
    ["--script", scripted, "--ledger", ledger, ...proxyFlags, "--", "mx-sandbox"].concat([
      "--batch",
      batch,
      "--model",
      "scripted",
      "--agent",
      name,
      "--retries",
      "0",
      ...flags,
    ]),
    { ...temp.env, ...agentsEnv },
  );
  const trials = ofType<Trial>(stdout, "trial");
  const [run] = ofType<Run>(stdout, "run");
  const kept = readFileSync(ledger, "utf8");
  const recorded = ofType<Request>(kept, "request");
  return {
    run,
    trial: trials[0],
    trials,
    stderr,
    exitCode,
    calls: recorded.filter(({ path }) => path !== "/v1/models"),
    mcpCalls: ofType<McpCall>(kept, "mcp_call"),
  };
}

function trajectoryOf(trial: Trial): Trajectory {
  const { path } = trial.artifacts["trajectory"] ?? { path: "none" };
  const file = join(temp.env["MX_HOME"] ?? "", "runs", trial.run_id, path);
  return JSON.parse(readFileSync(file, "utf8")) as Trajectory;
}

if (!isFull) console.warn("skipped: most tests of foreign agents, which MX_FULL=1 runs");

describe.runIf(hasBubblewrap)("as they come from their registry", () => {
  for (const { name, path, script, called, equipped, counts, quick } of agents) {
    const isWanted = (which: Foreign["quick"][number]) => isFull || quick.includes(which);
    test.runIf(isWanted("task"))(
      `${name} does a task, and its tokens are those that the model has counted`,
      { timeout: patienceMs },
      async ({ skip }) => {
        if (!(await installedAgent(name, temp.env))) return skip();
        const { run, trial, stderr, exitCode, calls: recorded } = await runAgent(name, script);
        if (trial === undefined) throw new Error(stderr);
        expect(trial, stderr).toMatchObject({ outcome: "completed", exit_code: 0 });
        expect({ fault: trial.fault, exitCode }).toEqual({ fault: undefined, exitCode: 0 });
        expect(trial.output).toContain(called === null ? "hello" : "Done.");
        expect(trial.checks).toMatchObject([{ passed: true }]);
        const said = script.map((line) => line["usage"] as ReturnType<typeof usage>);
        const sum = (key: "prompt_tokens" | "completion_tokens") =>
          said.reduce((all, one) => all + one[key], 0);
        const tokens = {
          input_tokens: sum("prompt_tokens"),
          output_tokens: sum("completion_tokens"),
          calls: script.length,
        };
        expect(trial.usage).toMatchObject(tokens);
        expect(recorded.map((call) => [call.path, call.status])).toEqual(
          script.map(() => [path, 200]),
        );
        const trajectory = trajectoryOf(trial);
        expect(trajectoryFaults(trajectory)).toEqual([]);
        expect(trajectory.agent).toMatchObject({
          name,
          version: expect.stringMatching(/^\d/) as string,
        });
        expect(run?.versions[name]).toBe(trajectory.agent.version);
        const prompts = trajectory.steps.filter(({ source }) => source === "user");
        expect(prompts.map(({ message }) => message).join("\n")).toContain(task.prompt);
        const made = trajectory.steps.flatMap(({ tool_calls }) => tool_calls ?? []);
        if (called !== null) {
          expect(made[0]).toMatchObject({ function_name: called });
          expect(JSON.stringify(made[0]?.arguments)).toContain(writes);
        }
        if (counts) {
          expect(trajectory.final_metrics).toMatchObject({
            total_prompt_tokens: tokens.input_tokens,
            total_completion_tokens: tokens.output_tokens,
          });
        }
      },
    );

    test.runIf(isWanted("equipped") && equipped !== undefined)(
      `${name} has the skills and the MCP servers of its arm`,
      { timeout: patienceMs },
      async ({ skip }) => {
        if (equipped === undefined || !(await installedAgent(name, temp.env))) return skip();
        const { shell: read, vault: tool, skills } = equipped;
        mkdirSync(join(temp.folder, "skills/birds"), { recursive: true });
        const front = "---\nname: birds\ndescription: Names the bird.\n---\n";
        writeFileSync(join(temp.folder, "skills/birds/SKILL.md"), `${front}It is a heron.\n`);
        const server = {
          command: "node",
          args: ["vault.mjs"],
          env: { OWNER: "${EVAL_MODEL}" },
          cwd: "${workspaceFolder}",
        };
        writeFileSync(
          join(temp.folder, "mcp.json"),
          JSON.stringify({ mcpServers: { vault: server } }),
        );
        const turns = [
          { turn: 1, tool_calls: [read(`cat ~/${skills}/birds/SKILL.md > out.txt`)] },
          { turn: 2, when: { tool }, tool_calls: [{ name: tool, arguments: {} }] },
          { turn: 3, content: "Done." },
        ].map((line) => ({ task: "greet", ...line }));
        const birds = {
          ...task,
          files: { "vault.mjs": vault },
          checks: [{ kind: "file", path: "out.txt", contains: "heron" }],
        };
        const flags = [
          "--skills-dir",
          join(temp.folder, "skills"),
          "--mcp-config",
          join(temp.folder, "mcp.json"),
        ];
        const { trial, stderr } = await runAgent(name, turns, flags, [birds]);
        if (trial === undefined) throw new Error(stderr);
        expect(trial, stderr).toMatchObject({
          outcome: "completed",
          variant: "skills+mcp",
          checks: [{ passed: true }],
        });
        expect(JSON.stringify(trajectoryOf(trial))).toContain("the osprey of scripted");
      },
    );

    test.runIf(isWanted("host") && equipped !== undefined)(
      `${name} waits for an MCP server outside its sandbox, and calls a tool of it`,
      { timeout: patienceMs },
      async ({ skip }) => {
        if (equipped === undefined || !(await installedAgent(name, temp.env))) return skip();
        const { vault: tool } = equipped;
        const [program, config] = [join(temp.folder, "vault.mjs"), join(temp.folder, "mcp.json")];
        writeFileSync(program, `await new Promise((go) => setTimeout(go, 1500));${vault}`);
        const server = { command: "node", args: [program], env: { OWNER: "the host" } };
        writeFileSync(config, JSON.stringify({ mcpServers: { vault: server } }));
        const tool_calls = [{ name: tool, arguments: {} }];
        const turns = [
          { task: "greet", turn: 1, when: { tool }, tool_calls },
          {
            task: "greet",
            turn: 2,
            when: { contains: "the osprey of the host" },
            content: "Done.",
          },
        ];
        const given = ["--mcp-config", config];
        const flags = [...given, "--mcp-host", "vault"];
        const asked = [{ ...task, checks: [{ kind: "output", contains: "Done." }] }];
        const { trial, stderr, mcpCalls } = await runAgent(name, turns, flags, asked, given);
        if (trial === undefined) throw new Error(stderr);
        expect(trial, stderr).toMatchObject({
          outcome: "completed",
          variant: "mcp",
          checks: [{ passed: true }],
        });
        const { key, run_id } = trial;
        const record = { run_id, key, task_id: "greet", trial: 0, attempt: 0, server: "vault" };
        const begun = mcpCalls.filter(({ method }) => method === "initialize");
        expect(begun).toMatchObject(begun.map(() => ({ ...record, state: "ok" })));
        expect(mcpCalls.filter(({ tool: called }) => called !== null)).toMatchObject([
          { ...record, tool: "open", state: "ok", is_error: false },
        ]);
      },
    );

    test.runIf(isWanted("no model"))(
      `${name} without a model is a failure of the infrastructure, whatever its exit status`,
      { timeout: patienceMs },
      async ({ skip }) => {
        if (!(await installedAgent(name, temp.env))) return skip();
        const nothing = [{ task: "other", turn: 1, content: "x" }];
        const { trial, exitCode } = await runAgent(name, nothing, ["--call-retries", "0"]);
        expect(trial).toMatchObject({
          outcome: "infra_error",
          fault: { class: "model_unreachable", retryable: true },
        });
        expect(exitCode).toBe(75);
      },
    );
  }
});

test.runIf(hasBubblewrap)(
  "codex went on without a server that could not start in its sandbox, which was a result",
  { timeout: patienceMs },
  async ({ skip }) => {
    if (!(await installedAgent("codex", temp.env))) return skip();
    const server = { command: "sh", args: ["-c", "exit 3"] };
    const config = join(temp.folder, "mcp.json");
    writeFileSync(config, JSON.stringify({ mcpServers: { vault: server } }));
    const given = ["--mcp-config", config];
    const { trial, exitCode } = await runAgent("codex", [{ ...done, turn: 1 }], given);
    const message = expect.stringMatching(/initialize/) as string;
    expect(trial).toMatchObject({
      outcome: "infra_error",
      fault: { class: "mcp_failed", message },
    });
    expect(exitCode).toBe(75);
  },
);

describe.runIf(hasBubblewrap)("goat-eval", () => {
  test("is the file of --agent-file, called with its own flags", async () => {
    const program = join(temp.folder, "goat-eval");
    writeFileSync(
      program,
      `#!/bin/sh\nprintf '%s\\n' "$@" > args.txt; ${writes}; echo $EVAL_MODEL`,
    );
    mkdirSync(join(temp.folder, "skills/birds"), { recursive: true });
    writeFileSync(join(temp.folder, "skills/birds/SKILL.md"), "---\nname: birds\n---\nheron\n");
    const args = `-prompt\n${task.prompt}\n-max-turns\n7\n-skills-dir\n/mx/skills\n`;
    const checks = [...task.checks, { kind: "file", path: "args.txt", equals: args }];
    const flags = ["--agent-file", program, "--max-turns", "7"];
    const skills = ["--skills-dir", join(temp.folder, "skills")];
    const { trial, stderr } = await runAgent(
      "goat-eval",
      [done],
      [...flags, ...skills],
      [{ ...task, checks }],
    );
    expect(trial?.checks, stderr).toMatchObject([{ passed: true }, { passed: true }]);
    expect(trial).toMatchObject({ outcome: "completed", output: "scripted\n" });
  });

  test("is asked for where it is not given", async () => {
    const flags = ["--prompt", "x", "--model", "m", "--agent", "goat-eval"];
    const { stderr, exitCode } = await runBin("mx-sandbox", flags, temp.env);
    expect(stderr).toContain("give --agent-file FILE");
    expect(exitCode).toBe(2);
  });
});

describe.runIf(hasBubblewrap)("an adapter of one's own", () => {
  const adapter = (more: Fields, program: string) => ({
    name: "mine",
    install: { nothing: true },
    api: "chat_completions",
    command: ["{node}", "--input-type=module", "--eval", program, "{prompt_file}"],
    turn_limit: false,
    trajectory: null,
    ...more,
  });
  const write = (fields: Fields) => {
    const path = join(temp.folder, "mine.yaml");
    writeFileSync(path, JSON.stringify(fields));
    return path;
  };
  const asks = `
    const ask = (messages) => fetch(process.env.OPENAI_BASE_URL + "/chat/completions", {
      method: "POST",
      headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY },
      body: JSON.stringify({ model: process.env.EVAL_MODEL, messages }),
    });`;

  test("exit status 0 after a call that failed is corrected, where it is said to say nothing", async () => {
    const program = `${asks}
      await ask([{ role: "user", content: "x" }]);
      await ask([{ role: "user", content: "x" }, { role: "assistant", content: "y" }]);
      console.log("all is well");`;
    const script = [
      { task: "greet", turn: 1, content: "y" },
      { task: "greet", turn: 2, status: 503, content: "no room" },
    ];
    const trusted = await runAgent(write(adapter({}, program)), script);
    expect(trusted.trial).toMatchObject({ outcome: "completed" });
    const corrected = await runAgent(write(adapter({ zero_on_failure: true }, program)), script);
    expect(corrected.trial).toMatchObject({
      outcome: "infra_error",
      exit_code: 0,
      fault: { class: "model_unreachable", message: expect.stringContaining("no room") as string },
    });
    expect(corrected.trial?.key).not.toBe(trusted.trial?.key);
  });

  test("one that ends at its turn limit with a call pending has had its turns", async () => {
    const program = `${asks} await ask([{ role: "user", content: "x" }]);`;
    const script = calls("Bash", { command: "true" }).map((line) => ({ ...line, when: {} }));
    const path = write(adapter({ turn_limit: true, zero_on_failure: true }, program));
    const limited = await runAgent(path, script, ["--max-turns", "1"]);
    expect(limited.trial).toMatchObject({ outcome: "max_turns", exit_code: 0 });
    const more = await runAgent(path, script, ["--max-turns", "2"]);
    expect(more.trial).toMatchObject({ outcome: "completed" });
  });

  const leave = (program: string) =>
    `import fs from "node:fs"; import cp from "node:child_process";
    const t = process.env.MX_TASK_ID;
    ${program};
    fs.writeFileSync("out.txt", "hello");`;
  const refused = (message: RegExp) => ({
    outcome: "completed",
    checks: [{ passed: true }],
    fault: { class: "trajectory_unreadable", message: expect.stringMatching(message) as string },
  });

  test("a trajectory that is no trajectory is that trial's fault, and its result stays", async () => {
    const left: [id: string, program: string, message: RegExp][] = [
      ["huge", "fs.truncateSync('/mx/out/t', 2 ** 27)", /over \d+ bytes/],
      ["binary", "fs.writeFileSync('/mx/out/t', Buffer.alloc(999, 0xff))", /not valid/],
      ["another form", "fs.writeFileSync('/mx/out/t', '[1]')", /not an object/],
      [
        "deep",
        "fs.writeFileSync('/mx/out/t', '{\"a\":'.repeat(1e6) + '\\n1')",
        /line 1 is not JSON/,
      ],
      [
        "a link out",
        "fs.rmSync('/mx/out/t'); fs.symlinkSync('/etc/passwd', '/mx/out/t')",
        /no regular file/,
      ],
      ["a pipe", "fs.rmSync('/mx/out/t'); cp.execSync('mkfifo /mx/out/t')", /no regular file/],
    ];
    const cases = left.map(([id, program]) => `if (t === "${id}") { ${program} }`);
    const program = leave(`fs.writeFileSync("/mx/out/t", ""); ${cases.join("; ")}`);
    const path = write(
      adapter({ trajectory: { format: "claude-code", file: "{out}/t" } }, program),
    );
    const tasks = left.map(([id]) => ({ ...task, id }));
    const { trials, exitCode } = await runAgent(path, [done], [], tasks);
    for (const [id, , message] of left) {
      const trial = trials.find(({ task_id }) => task_id === id);
      expect(trial, id).toMatchObject(refused(message));
      expect(Object.keys(trial?.artifacts ?? {}), id).not.toContain("trajectory");
    }
    expect(exitCode).toBe(0);
  });

  test.for<[what: string, program: string, trajectory: Fields, message: RegExp]>([
    [
      "in a folder that is a link",
      "fs.symlinkSync('/etc', '/mx/out/f')",
      { folder: "{out}/f", name: "*" },
      /no regular file/,
    ],
    ["printed without end", "", { command: ["yes", '{"type":"x"}'] }, /yes: /],
    ["not there", "", { folder: "{home}/.none", name: "*.jsonl" }, /there is none/],
  ])("so is one that is %s", async ([, program, where, message]) => {
    const trajectory = { format: "claude-code", ...where };
    const path = write(adapter({ trajectory }, leave(program)));
    const { trial } = await runAgent(path, [done], ["--max-output", "8"]);
    expect(trial).toMatchObject(refused(message));
  });

  test.for<[what: string, fields: Fields, message: RegExp]>([
    ["an unknown field", { colour: "red" }, /colour/],
    ["an unknown placeholder", { command: ["run", "{promt}"] }, /\{promt\} is not known/],
    ["no version of what is installed", { install: { npm: "left-pad" } }, /needs a version/],
    [
      "an unpinned package",
      { version: "1", install: { pypi: "a", with: ["b>=2"] } },
      /NAME==VERSION/,
    ],
    [
      "two places for one trajectory",
      { trajectory: { format: "codex", file: "a", command: ["b"] } },
      /give file, or/,
    ],
  ])("%s is a usage error that says so", async ([, fields, message]) => {
    const { stderr, exitCode } = await runBin(
      "mx-sandbox",
      ["--prompt", "x", "--model", "m", "--agent", write({ ...adapter({}, ""), ...fields })],
      { ...temp.env, OPENAI_BASE_URL: "http://127.0.0.1:9/v1" },
    );
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });
});

test("a name that is no agent's is a usage error with the nearest one", async () => {
  const flags = ["--prompt", "x", "--model", "m", "--agent", "claude-cod"];
  const { stderr, exitCode } = await runBin("mx-sandbox", flags, temp.env);
  expect(stderr).toContain("did you mean claude-code?");
  expect(exitCode).toBe(2);
});

test("agents lists what there is, and says how to install what is not", async () => {
  const env = { ...temp.env, MX_AGENTS: join(temp.folder, "agents") };
  const { stdout, exitCode } = await runBin("mx-sandbox", ["agents"], env);
  const checks = ofType<{ name: string; ok: boolean; fix?: string }>(stdout, "check");
  expect(checks.filter(({ ok }) => ok).map(({ name }) => name)).toEqual(["mx-agent"]);
  expect(checks.find(({ name }) => name === "codex")?.fix).toBe("mx-sandbox agents install codex");
  expect(exitCode).toBe(0);
});

test("what cannot be fetched is said with exit 69, and leaves nothing behind", async () => {
  const env = {
    ...temp.env,
    MX_AGENTS: join(temp.folder, "agents"),
    npm_config_registry: "http://127.0.0.1:9",
    npm_config_fetch_retries: "0",
  };
  const { stderr, exitCode } = await runBin("mx-sandbox", ["agents", "install", "codex"], env);
  expect(stderr).toMatch(/codex \S+ cannot be installed: npm ended with 1/);
  expect(exitCode).toBe(69);
  expect((await shell(`ls -A ${join(temp.folder, "agents")}`, temp.env)).stdout).toBe("");
});
