import { processes } from "@mx/cli/testing/processes";
import { startEmulator } from "@mx/modal-emulator";
import type { Comparison, McpCall, Run, Trajectory, Trial } from "@mx/records";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { testContainers } from "./support/container-image.ts";
import { isFull } from "./support/is-full.ts";
import {
  everythingServer,
  mcpPackages,
  mcpPackagesMs,
  type McpPackages,
} from "./support/mcp-packages.ts";
import { hasBubblewrap } from "./support/needs.ts";
import { proxyProcess, proxySecret } from "./support/proxy-process.ts";
import { ofType, root, runBin, shell, start, type Ended, type Fields } from "./support/run-bin.ts";
import { hasSlurm, startCluster } from "./support/slurm-cluster.ts";
import { slurmRuns } from "./support/slurm-runs.ts";
import { tempHome } from "./support/temp-home.ts";
import { until } from "./support/until.ts";
import { vaultServer } from "./support/vault-server.ts";

/* MCP servers outside the sandbox: from what an agent calls to what is on record. */

const temp = tempHome();
const patience = { timeout: 120_000 };
const token = "tok-of-the-host-7713";
const isRun = { OPENAI_API_KEY: proxySecret, VAULT_TOKEN: token };

function write(name: string, content: unknown): string {
  const path = join(temp.folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const is = (text: string) => [{ kind: "output", equals: text }];
const bash = (command: string) => [{ name: "Bash", arguments: { command } }];
const calls = (given: Fields = {}, tool = "mcp__vault__open") => [{ name: tool, arguments: given }];

/** A server that answers with this. */
const serverOf = (name: string, word: string, more: Fields = {}): Fields => ({
  command: "node",
  args: [write(`${name}.mjs`, vaultServer(word))],
  ...more,
});
/** It says its word to whom has the token. */
const vault = () =>
  serverOf("vault", `process.env.VAULT_TOKEN === "${token}" ? ["o", "sprey"].join("") : "denied"`, {
    env: { VAULT_TOKEN: "${VAULT_TOKEN}" },
  });

const config = (servers: Record<string, Fields>, name = "mcp.json") =>
  write(name, { mcpServers: servers });

/** The flags for these servers, all of them on the host. */
const onHost = (servers: Record<string, Fields>, name?: string) => [
  "--mcp-config",
  config(servers, name),
  ...Object.keys(servers).flatMap((one) => ["--mcp-host", one]),
];

/** The one task that needs the vault. */
const bird = { id: "bird", prompt: "which bird is in the vault?", checks: is("osprey") };
const birdScript: Fields[] = [
  {
    task: "bird",
    turn: 1,
    prompt: "in the vault",
    when: { tool: "mcp__vault__open" },
    tool_calls: calls(),
  },
  { task: "bird", turn: 2, when: { contains: "osprey" }, content: "osprey" },
  { task: "*", turn: 1, content: "no idea" },
  { task: "*", turn: 2, content: "no idea" },
];

const scriptFile = (script: Fields[]) =>
  write("script.ndjson", script.map((line) => JSON.stringify(line)).join("\n"));
const batchOf = (...tasks: Fields[]) => ["--batch", write("tasks.json", tasks)];
const runFolder = () => join(temp.folder, "home/runs/run");
const common = ["--model", "scripted", "--run-id", "run", "--quiet"];

/** Records of the calls that servers had in a ledger. */
const mcpCalls = (path: string) => ofType<McpCall>(readFileSync(path, "utf8"), "mcp_call");
const toolCalls = (path: string) => mcpCalls(path).filter(({ method }) => method === "tools/call");

/** mx-sandbox with a proxy of its own, in front of an API that answers from a script. */
async function withOwnProxy(
  script: Fields[],
  args: string[],
  env: Record<string, string> = {},
): Promise<Ended & { trials: Trial[] }> {
  await using api = await proxyProcess(["--script", scriptFile(script)]);
  const given = ["--api-url", api.url, ...common, ...args];
  const ended = await runBin("mx-sandbox", given, { ...temp.env, ...isRun, ...env });
  return { ...ended, trials: ofType<Trial>(ended.stdout, "trial") };
}

/** mx-sandbox behind an mx-proxy that is there already; the server's token is with that one only. */
async function behindProxy(proxyFlags: string[], args: string[], env: Record<string, string> = {}) {
  const ledger = join(temp.folder, "calls.ndjson");
  const proxy = ["--script", scriptFile(birdScript), "--ledger", ledger, ...proxyFlags];
  const sandbox = ["env", "-u", "VAULT_TOKEN", "mx-sandbox", ...common, ...args];
  const all = { ...temp.env, VAULT_TOKEN: token, ...env };
  const ended = await runBin("mx-proxy", [...proxy, "--", ...sandbox], all);
  return { ...ended, ledger, trials: ofType<Trial>(ended.stdout, "trial") };
}

const results = (trial: Trial | undefined): string[] => {
  const { path = "none" } = trial?.artifacts["trajectory"] ?? {};
  const { steps } = JSON.parse(readFileSync(join(runFolder(), path), "utf8")) as Trajectory;
  const all = steps.flatMap(({ observation }) => observation?.results ?? []);
  return all.map(({ content }) => String(content));
};

/**
 * A client that begins a session at the relay and calls `open`, and says what it is answered. `waits`: for how many ms
 * it waits, the first time and then again.
 */
const client = (url: string, key: string, waits = "[60_000]") => `
  const headers = { authorization: ${key}, "content-type": "application/json",
    accept: "application/json, text/event-stream" };
  const clientInfo = { name: "own", version: "1" };
  const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
  const post = async (ms, message, more = {}) => {
    const response = await fetch(${url}, { method: "POST", headers: { ...headers, ...more },
      signal: AbortSignal.timeout(ms), body: JSON.stringify({ jsonrpc: "2.0", ...message }) });
    console.log(response.status, await response.text());
    return { "mcp-session-id": response.headers.get("mcp-session-id") ?? "none" };
  };
  for (const ms of ${waits}) {
    try {
      const session = await post(ms, { id: 1, method: "initialize", params });
      const call = { id: 2, method: "tools/call", params: { name: "open", arguments: {} } };
      await post(ms, call, session);
    } catch (error) {
      console.log(String(error));
    }
  }
  console.log("went on");`;

describe.skipIf(!hasBubblewrap)("an MCP server on the host", patience, () => {
  test("is for the arm that has it: its calls are on record, its token in no sandbox", async () => {
    const relay = 'new URL("../mcp/vault", process.env.OPENAI_BASE_URL + "/")';
    const sneak = client(relay, '"Bearer " + process.env.OPENAI_API_KEY');
    // Commands do not get it, but the agent has it.
    const environ = "cat /proc/[0-9]*/environ | tr '\\0' '\\n'";
    const key = `OPENAI_API_KEY=$(${environ} | sed -n 's/^OPENAI_API_KEY=//p' | head -n 1)`;
    const reversed = token.split("").toReversed().join("");
    const search =
      `echo found $(grep -rlas "$(echo ${reversed} | rev)" /mx /tmp . ~ /proc/[0-9]*/environ | wc -l); ` +
      `env; ${environ}; cat /mx/mcp/mcp.json`;
    const tool = { tool: "mcp__vault__open" };
    const asked = [
      { id: "plain", prompt: "be ready", checks: is("ready") },
      bird,
      { id: "shelf", prompt: "what is on shelf 3?", checks: is("osprey") },
      { id: "quick", prompt: "be quick", checks: is("ready") },
      {
        id: "sneak",
        prompt: "get at it anyway",
        files: { "sneak.mjs": sneak },
        checks: is("refused"),
      },
      { id: "search", prompt: "look for a token", checks: is("clean") },
    ];
    const script = [
      { task: "plain", turn: 1, prompt: "be ready", content: "ready" },
      { task: "shelf", turn: 1, prompt: "on shelf 3", when: tool, tool_calls: calls({ shelf: 3 }) },
      { task: "shelf", turn: 2, when: { contains: "osprey" }, content: "osprey" },
      { task: "quick", turn: 1, prompt: "be quick", when: tool, content: "let me see" },
      { task: "quick", turn: 1, content: "ready" },
      { task: "sneak", turn: 1, prompt: "anyway", when: tool, content: "refused" },
      { task: "sneak", turn: 1, tool_calls: bash(`${key} node sneak.mjs`) },
      { task: "sneak", turn: 2, when: { contains: "osprey" }, content: "got in" },
      { task: "sneak", turn: 2, when: { contains: "403" }, content: "refused" },
      { task: "search", turn: 1, prompt: "for a token", when: tool, tool_calls: bash(search) },
      { task: "search", turn: 1, content: "clean" },
      { task: "search", turn: 2, when: { contains: token }, content: "leaked" },
      { task: "search", turn: 2, when: { contains: "found 0\n" }, content: "clean" },
      ...birdScript,
    ];
    const args = [...batchOf(...asked), ...onHost({ vault: vault() }), "--ab"];
    const { trials, stdout, stderr, exitCode } = await withOwnProxy(script, args);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const ended = trials.map(({ outcome, fault }) => [outcome, fault]);
    expect(ended).toEqual(Array(12).fill(["completed", undefined]));
    const compare = ["compare", "baseline", "mcp", "--format", "ndjson"];
    const compared = await runBin("mx-score", compare, temp.env, stdout);
    expect(ofType<Comparison>(compared.stdout, "comparison")).toMatchObject([
      { difference: expect.closeTo(1 / 6, 9), pairs: 6, wins: 2, losses: 1, ties: 3 },
    ]);
    expect(ofType<Run>(stdout, "run").at(-1)?.arms).toMatchObject([
      { variant: "baseline" },
      { variant: "mcp", equipment: { mcp_host: ["vault"] } },
    ]);

    const trialOf = (variant: string, id: string) =>
      trials.find((trial) => trial.variant === variant && trial.task_id === id);
    expect(results(trialOf("baseline", "sneak"))).toEqual([
      expect.stringMatching(/^403 .*the trial key is not good for this MCP server.*\n403 /),
    ]);
    const [seen = ""] = results(trialOf("mcp", "search"));
    expect(seen).toMatch(
      /^found 0\n.*OPENAI_API_KEY=.*"url": "http:\/\/127\.0\.0\.1:\d+\/mcp\/vault"/s,
    );

    const ledger = join(runFolder(), "requests.ndjson");
    const made = toolCalls(ledger).toSorted((a, b) => (`${a.task_id}` < `${b.task_id}` ? -1 : 1));
    const call = (id: string, given: Fields) => {
      const { key } = trialOf("mcp", id) ?? {};
      const trial = { run_id: "run", key, task_id: id, trial: 0, attempt: 0 };
      return { ...trial, server: "vault", tool: "open", arguments: given, state: "ok" };
    };
    expect(made).toMatchObject([call("bird", {}), call("shelf", { shelf: 3 })]);
    const begun = mcpCalls(ledger).filter(({ method }) => method === "initialize");
    const equipped = trials.filter(({ variant }) => variant === "mcp");
    const keys = (all: { key: string | null }[]) => all.map(({ key }) => String(key)).toSorted();
    expect(keys(begun)).toEqual(keys(equipped));
    expect(stdout).not.toContain(token);
    const grep = `grep -rl ${token} "$MX_HOME" | wc -l`;
    expect((await shell(grep, temp.env)).stdout.trim()).toBe("0");
  });

  test("is with the mx-proxy that is there, which alone has its variables", async () => {
    const flags = onHost({ vault: vault() });
    const there = ["--mcp-config", join(temp.folder, "mcp.json")];
    const { trials, ledger, stderr, exitCode } = await behindProxy(there, [
      ...batchOf(bird),
      ...flags,
    ]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(trials).toMatchObject([{ outcome: "completed", output: "osprey\n" }]);
    expect(toolCalls(ledger)).toMatchObject([{ key: trials[0]?.key, result: { content: [{}] } }]);
    expect(existsSync(join(runFolder(), "requests.ndjson"))).toBe(false);
  });

  test.for([
    ["no servers", "has no such MCP server", null],
    ["others", "has no such MCP server", { safe: "vault" }],
    ["another one of that name", "has another server of that name", { vault: "safe" }],
  ] as const)("that is asked of an mx-proxy with %s is a usage error", async ([, why, other]) => {
    const flags = onHost({ vault: vault() });
    const servers = Object.entries(other ?? {}).map(([name, file]) => [name, serverOf(file, "1")]);
    const there = other === null ? [] : ["--mcp-config", config(Object.fromEntries(servers), "o")];
    const { stdout, stderr, exitCode } = await behindProxy(there, [...batchOf(bird), ...flags]);
    expect(ofType(stdout, "trial")).toEqual([]);
    expect(stderr).toMatch(
      new RegExp(
        `--mcp-host vault: the mx-proxy at http://\\S+ ${why}\n.*--mcp-config and the same`,
      ),
    );
    expect(exitCode).toBe(2);
  });

  test("that fails is no result of the trial, whatever its agent makes of it", async () => {
    const broken = { command: "node", args: ["-e", "console.error('no vault'); process.exit(4)"] };
    const mute = {
      command: "node",
      args: ["-e", "console.error('hm'); setInterval(() => {}, 1e6)"],
    };
    const dies = serverOf("dies", '(console.error("out of cheese"), process.exit(3))');
    const late = 'await new Promise((go) => setTimeout(go, 1000)); const word = "osprey";';
    const slow = { command: "node", args: [write("slow.mjs", `${late}${vaultServer("word")}`)] };
    const servers = { broken, mute, dies, slow, fine: serverOf("fine", '"osprey"') };
    // mx-agent, with less patience than it has by itself.
    const adapter = readFileSync(join(root, "packages/agent/adapters/mx-agent.yaml"), "utf8");
    const program = '"{bin}/mx-agent.mjs"\n';
    expect(adapter).toContain(program);
    const hasty = adapter.replace(program, `${program}  - --mcp-start-timeout=3\n`);
    write("hasty.yaml", hasty);
    const arms = Object.entries(servers).flatMap(([name, server]) => {
      const given = onHost({ [name]: server }, `${name}.json`).join(" ");
      const agent = name === "mute" ? join(temp.folder, "hasty.yaml") : "mx-agent";
      return [
        `${name}:--agent ${agent} ${given}`,
        `${name}-own:${given} -- node own.mjs {mcp_config}`,
      ];
    });
    const own = `
      import { readFileSync } from "node:fs";
      const { mcpServers } = JSON.parse(readFileSync(process.argv[2], "utf8"));
      const [[name, server]] = Object.entries(mcpServers);
      const waits = { mute: [3000], slow: [100, 60_000] }[name] ?? [60_000];
      ${client("server.url", "server.headers.Authorization", "waits")}`;
    const task = { id: "one", prompt: "open it", files: { "own.mjs": own } };
    const script = [
      ...Object.keys(servers).map((name) => {
        const tool = `mcp__${name}__open`;
        return { turn: 1, prompt: "open it", when: { tool }, tool_calls: calls({}, tool) };
      }),
      { turn: 2, content: "went on" },
    ].map((line) => ({ task: "one", ...line }));
    const variants = arms.flatMap((arm) => ["--variant", arm]);
    const flags = ["--retries", "0", "--parallel", String(arms.length)];
    const args = [...batchOf(task), ...variants, ...flags];
    const { trials, stderr, exitCode } = await withOwnProxy(script, args);
    expect(exitCode, stderr).toBe(75);
    const all = new Map(trials.map((trial) => [trial.variant, trial]));
    // A client may leave and come again.
    for (const name of ["fine", "slow"]) {
      expect(all.get(name)).toMatchObject({ outcome: "completed", output: "went on\n" });
      expect(all.get(`${name}-own`)).toMatchObject({
        outcome: "completed",
        output: expect.stringMatching(/osprey.*\nwent on\n$/s),
      });
    }
    expect(all.get("slow-own")?.output).toMatch(/^TimeoutError.*\n200 /);
    for (const [name, why] of [
      ["broken", /^MCP server "broken": it has ended \(exit status 4\)\nno vault$/],
      ["mute", /^MCP server "mute": the client left before the server was ready\nhm$/],
      ["dies", /^MCP server "dies": it has ended \(exit status 3\)\nout of cheese$/],
    ] as const) {
      const failed = {
        outcome: "infra_error",
        fault: { class: "mcp_failed", message: expect.stringMatching(why), retryable: true },
      };
      expect(all.get(name)).toMatchObject(failed);
      expect(all.get(`${name}-own`)).toMatchObject({
        ...failed,
        exit_code: 0,
        output: expect.stringMatching(/went on\n$/),
      });
      expect(stderr).toMatch(new RegExp(`arm ${name} was not run: none of 1 trials`));
      expect(stderr).toMatch(new RegExp(`arm ${name}-own was not run: none of 1 trials`));
    }
  });

  test("that cannot start leaves its arm of --ab not run, and the other one as it is", async () => {
    const broken = { command: "node", args: ["-e", "console.error('no vault'); process.exit(4)"] };
    const args = [...batchOf(bird), ...onHost({ vault: broken }), "--ab", "--retries", "1"];
    const { trials, stderr, exitCode } = await withOwnProxy(birdScript, args);
    expect(exitCode).toBe(75);
    expect(stderr).toMatch(/arm mcp was not run: none of 1 trials .*mcp_failed.*no vault/s);
    const outcomes = trials.map(({ variant, outcome }) => `${variant} ${outcome}`).toSorted();
    expect(outcomes).toEqual(["baseline completed", "mcp infra_error", "mcp infra_error"]);
  });
});

describe.skipIf(!hasBubblewrap)("servers as they are published", patience, () => {
  let servers: McpPackages | null = null;
  beforeAll(async () => {
    servers = await mcpPackages();
  }, mcpPackagesMs);

  test("over stdio and http, where the sandbox itself would not get to", async ({ skip }) => {
    if (servers === null) return skip("the packages cannot be installed from npm");
    await using far = await everythingServer(servers, "streamableHttp");
    const store = join(temp.folder, "store");
    mkdirSync(store);
    write("store/word.txt", "osprey");
    const all = {
      files: { command: "node", args: [servers.filesystem, store] },
      here: { command: "node", args: [servers.everything, "stdio"] },
      far: { type: "streamableHttp", url: far.url },
    };
    const look = `cat ${store}/word.txt; node -e 'fetch("${far.url}").catch((e) => console.log(e.message))'`;
    const given = [
      ["mcp__files__read_text_file", { path: join(store, "word.txt") }],
      ["mcp__files__write_file", { path: join(store, "made.txt"), content: "by the server" }],
      ["mcp__files__read_text_file", { path: "/etc/passwd" }],
      ["mcp__here__echo", { message: "hi" }],
      ["mcp__here__get-tiny-image", {}],
      ["mcp__here__trigger-long-running-operation", { duration: 1, steps: 2 }],
      ["mcp__far__get-sum", { a: 2, b: 3 }],
      ["mcp__far__trigger-long-running-operation", { duration: 1, steps: 2 }],
    ] as const;
    const script = [
      {
        turn: 1,
        prompt: "all of it",
        tool_calls: given.map(([name, args]) => calls(args, name)[0]),
      },
      { turn: 2, tool_calls: bash(look) },
      { turn: 3, content: "done" },
    ].map((line) => ({ task: "all", ...line }));
    const args = [...batchOf({ id: "all", prompt: "call all of it" }), ...onHost(all)];
    const { trials, stderr, exitCode } = await withOwnProxy(script, args);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(results(trials[0])).toEqual([
      "osprey",
      expect.stringContaining("Successfully wrote"),
      expect.stringContaining("path outside allowed directories"),
      "Echo: hi",
      expect.stringMatching(/^\[image, image\/png, 4033 bytes; saved in .*\.png\]$/m),
      expect.stringMatching(/^Long running operation completed/),
      "The sum of 2 and 3 is 5.",
      expect.stringMatching(/^Long running operation completed/),
      expect.stringMatching(/word\.txt: No such file or directory\n.*fetch failed/s),
    ]);
    expect(readFileSync(join(store, "made.txt"), "utf8")).toBe("by the server");
    const made = toolCalls(join(runFolder(), "requests.ndjson")).map((call) => [
      `mcp__${call.server}__${call.tool}`,
      call.arguments,
      call.state,
    ]);
    const sorted = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted();
    expect(sorted(made)).toEqual(sorted(given.map((call) => [...call, "ok"])));
  });
});

const containers = await testContainers();

describe.skipIf(!hasBubblewrap)("sandboxes elsewhere", patience, () => {
  test.for(["process", "modal", ...(typeof containers === "string" ? [] : ["container"])])(
    "reach a server behind the mx-proxy that they reach: %s",
    async (backend) => {
      const emulator = backend === "modal" ? await startEmulator() : null;
      try {
        const flags = [...batchOf(bird), ...onHost({ vault: vault() }), "--backend", backend];
        if (backend === "container" && typeof containers !== "string") {
          const { engine, image, runtime } = containers;
          flags.push("--container-engine", engine.program, "--image", image);
          if (runtime !== undefined) flags.push("--container-runtime", runtime);
        }
        const there = ["--mcp-config", join(temp.folder, "mcp.json")];
        // An engine without root has its images in the home folder.
        const home = { HOME: process.env["HOME"] ?? "/root" };
        const env = { ...emulator?.env, ...(backend === "container" ? home : {}) };
        const { trials, ledger, stderr, exitCode } = await behindProxy(there, flags, env);
        expect(exitCode, stderr).toBe(0);
        expect(trials).toMatchObject([{ backend, outcome: "completed", output: "osprey\n" }]);
        expect(toolCalls(ledger)).toMatchObject([{ key: trials[0]?.key, tool: "open" }]);
      } finally {
        await emulator?.close();
      }
    },
  );
});

test.runIf(isFull && hasSlurm && hasBubblewrap)(
  "on Slurm the server runs beside the element whose trial calls it",
  { timeout: 180_000 },
  async () => {
    await using cluster = await startCluster();
    const { env, runFolder: folder } = slurmRuns(cluster);
    await using api = await proxyProcess(["--script", scriptFile(birdScript)]);
    const flags = ["--backend", "slurm", "--api-url", api.url, ...common, "--slurm.shards=2"];
    const args = [...flags, ...batchOf(bird), "--trials", "2", ...onHost({ vault: vault() })];
    const { stdout, stderr, exitCode } = await runBin("mx-sandbox", args, { ...env, ...isRun });
    expect(exitCode, stderr).toBe(0);
    const trials = ofType<Trial>(stdout, "trial");
    expect(trials.map(({ output }) => output)).toEqual(["osprey\n", "osprey\n"]);
    const made = toolCalls(join(folder, "requests.ndjson")).map(
      ({ key, tool }) => [key, tool] as const,
    );
    expect(new Map(made)).toEqual(new Map(trials.map(({ key }) => [key, "open"])));
    expect((await shell(`grep -rl ${token} ${folder} | wc -l`, env)).stdout.trim()).toBe("0");
  },
);

describe.skipIf(!hasBubblewrap)("SIGKILL", patience, () => {
  test.for(["mx-sandbox", "mx-proxy"])(
    "of %s leaves no server behind, and --resume goes on",
    async (program) => {
      const [open, asked] = [join(temp.folder, "open"), join(temp.folder, "asked")];
      // Neither does it answer at first, nor does it end of itself.
      const word = `await (async () => {
        setInterval(() => {}, 1e6);
        const { existsSync, writeFileSync } = await import("node:fs");
        if (existsSync(${JSON.stringify(open)})) return "osprey";
        writeFileSync(${JSON.stringify(asked)}, "");
        return new Promise(() => {});
      })()`;
      const server = serverOf("slow", word);
      const [path] = server["args"] as string[];
      const ledger = join(runFolder(), "requests.ndjson");
      const having = (text = "none") =>
        processes((read) => read("cmdline").includes(text) && !read("cmdline").includes("bwrap"));
      await using api = await proxyProcess(["--script", scriptFile(birdScript)]);
      const given = ["--api-url", api.url, ...common.slice(0, 2), "--quiet", "--retries", "0"];
      const args = [...given, ...batchOf(bird), ...onHost({ vault: server })];
      const env = { ...temp.env, ...isRun };
      const running = start("mx-sandbox", [...args, "--run-id", "run"], env);
      await until("a call of the server", () => existsSync(asked), { program: running });
      expect(having(path)).toHaveLength(1);
      const [proxy = 0, ...others] = having(ledger);
      expect(others).toEqual([]);
      process.kill(program === "mx-proxy" ? proxy : (running.pid ?? 0), "SIGKILL");
      const { exitCode, signal } = await running;
      expect(program === "mx-proxy" ? exitCode : signal).toBe(
        program === "mx-proxy" ? 75 : "SIGKILL",
      );
      await until("the end of the server", () => having(path).length === 0);
      write("open", "");
      const again = await runBin("mx-sandbox", [...args, "--resume", "run"], env);
      expect(again.exitCode, again.stderr).toBe(0);
      expect(ofType<Trial>(again.stdout, "trial").at(-1)).toMatchObject({ output: "osprey\n" });
      expect([...having(path), ...having(ledger)]).toEqual([]);
    },
  );
});

describe("what --mcp-host cannot be", () => {
  const model = "--model m --api-url http://127.0.0.1:1/v1";
  test.for<[what: string, flags: string, fault: RegExp]>([
    ["without --mcp-config", `${model} --mcp-host vault`, /--mcp-host needs --mcp-config\n.*give/],
    [
      "one that the file does not have",
      `${model} --mcp-config a.json --mcp-host safe`,
      /--mcp-config a\.json: it has no server "safe", which --mcp-host names/,
    ],
    [
      "one with a variable that is not set",
      `${model} --mcp-config a.json --mcp-host vault`,
      /--mcp-host vault: \$\{VAULT_TOKEN\}: the variable is not set\n.*beside mx-sandbox/,
    ],
    [
      "one of the sandbox's workspace",
      `${model} --mcp-config c.json --mcp-host there`,
      /--mcp-host there: \$\{workspaceFolder\}.*\n.*beside mx-sandbox/,
    ],
    [
      "without a network",
      `${model} --mcp-config a.json --mcp-host vault --network none`,
      /--mcp-host vault needs --network model/,
    ],
    [
      "without a model",
      "--mcp-config a.json --mcp-host vault --network full -- cat {mcp_config}",
      /--mcp-host vault needs a --model/,
    ],
    [
      "two of a name",
      `${model} --variant 'a:--mcp-config a.json --mcp-host vault' --variant 'b:--mcp-config b.json --mcp-host vault'`,
      /--mcp-host vault: two arms have different servers of that name\n.*another name/,
    ],
  ])("%s", async ([, flags, fault]) => {
    config({ vault: { command: "node", env: { VAULT_TOKEN: "${VAULT_TOKEN}" } } }, "a.json");
    config({ vault: { command: "node" } }, "b.json");
    config({ there: { command: "node", args: ["${workspaceFolder}/vault.mjs"] } }, "c.json");
    const line = `mx-sandbox --prompt x --backend process ${flags}`;
    const { stdout, stderr, exitCode } = await shell(line, temp.env, temp.folder);
    expect(stderr).toMatch(fault);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  });
});
