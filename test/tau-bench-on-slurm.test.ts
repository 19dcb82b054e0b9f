import type { Run, ScoredTrial, Summary } from "@mx/records";
import { execa } from "execa";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "./support/free-port.ts";
import { isFull } from "./support/is-full.ts";
import { listening } from "./support/listening.ts";
import { isThere } from "./support/is-there.ts";
import { binFolder, environment, ofType, root } from "./support/run-bin.ts";
import { hasSlurm, startCluster, type SlurmCluster } from "./support/slurm-cluster.ts";
import { until as waitUntil } from "./support/until.ts";

const program = join(root, "scripts/tau-bench-on-slurm");
const runPy = ["node", join(root, "test/support/tau-stand-in.mjs"), "--temperature", "0.6"];
const [user, small, large] = ["Qwen/Qwen3-32B", "Qwen/Qwen3-4B", "Qwen/Qwen3-14B"];
const envs = ["airline", "retail"];
const hasJq = isThere("jq");
if (!hasJq) console.warn("skipped: tests of scripts/tau-bench-on-slurm (apt-get install jq)");

describe.skipIf(!hasSlurm || !hasJq)("tau-bench on Slurm", { timeout: 300_000 }, () => {
  let cluster: SlurmCluster;
  let folder = "";
  let env: Record<string, string> = {};
  let count = 0;
  let told = "";
  beforeAll(async () => {
    cluster = await startCluster();
    // Models that say the same every time: the small one cannot do task 1.
    const scripts = join(cluster.folder, "shared/scripts");
    mkdirSync(join(scripts, "Qwen"), { recursive: true });
    const write = (model: string, lines: object[]) =>
      writeFileSync(
        join(scripts, `${model}.ndjson`),
        [{ model }, ...lines].map((line) => JSON.stringify(line)).join("\n"),
      );
    const wishes = envs.flatMap((name) =>
      Array.from({ length: 5 }, (_, n) => {
        const task = `${name}-${n}`;
        return { task, prompt: `${task}.`, turn: 1, content: `I want ${task}.` };
      }),
    );
    const done = { task: "*", turn: 1, content: "It is done." };
    write(user, [...wishes, { task: "*", turn: 2, content: "Thanks. ###STOP###" }]);
    write(small, [{ task: "hard", prompt: "-1.", turn: 1, content: "I cannot do that." }, done]);
    write(large, [done]);
  }, 90_000);
  afterAll(() => cluster.stop());
  beforeEach(() => {
    folder = join(cluster.folder, "shared", `sweep-${(count += 1)}`);
    mkdirSync(folder);
    told = "";
    env = { ...cluster.env, MX_HOME: join(folder, "home"), HOME: folder };
  });

  /** Starts the program; `serve` and `serveUser`: further flags of the servers. */
  function start(
    flags: readonly string[],
    { serve = "", serveUser = "", ...more }: Record<string, string> = {},
  ) {
    const engine = (name: string, host: string) =>
      `--engine command --command '${binFolder}/mx-proxy --script ${cluster.folder}/shared/scripts/${name}.ndjson ` +
      `${host} --port {port}' --api-key-env MX_PROXY_SECRET`;
    const args = [
      ...["--out", join(folder, "tau"), "--agent", "tool-calling", "--user", user],
      ...["--serve-user", `${engine(user, "--host {host}")} --slurm.time=10 ${serveUser}`],
      `--serve=${engine("{model}", "")} ${serve}`,
    ];
    const child = execa(program, [...args, ...flags, "--", ...runPy], {
      reject: false,
      extendEnv: false,
      cwd: folder,
      env: { ...environment(env), ...more, PATH: `${binFolder}:${cluster.env.PATH}` },
    });
    child.stderr.on("data", (text) => (told += String(text)));
    onTestFinished(() => void child.kill());
    return child;
  }
  const jobs = async () =>
    (await cluster.command("squeue", "-h", "-r", "-o", "%j %T")).split("\n").filter(Boolean);
  const logs = () => readdirSync(join(folder, "tau/logs")).filter((name) => name.endsWith(".log"));
  /** Files of results that run.py has written. */
  const files = () => {
    const cells = join(folder, "tau/cells");
    if (!existsSync(cells)) return [];
    const names = readdirSync(cells, { recursive: true }).map(String);
    return names.filter((name) => name.endsWith(".json") && !name.endsWith("cell.json"));
  };
  /** What the program and the elements have said. */
  const said = () =>
    told +
    logs()
      .map((name) => `${name}: ${readFileSync(join(folder, "tau/logs", name), "utf8")}`)
      .join("\n");
  const until = (what: string, holds: () => boolean | Promise<boolean>) =>
    waitUntil(what, holds, { seconds: 90, said });

  const [tasks, trials] = isFull ? [5, 5] : [2, 2];
  test("the user's server is lost half way: it is brought up again, all cells are done once, and another run submits nothing", async () => {
    const flags = [
      "--model",
      `${small},${large}`,
      "--trial",
      `1..${trials}`,
      "--tasks",
      `${tasks}`,
    ];
    const gate = join(folder, "gate");
    const sweep = start(flags, { TAU_GATE: gate });
    await until("half of the results", () => files().length >= trials * 2);
    const server = (await jobs()).find((job) => job.startsWith("mx-serve-"))?.split(" ")[0] ?? "";
    await cluster.command("scancel", `--name=${server}`);
    await until("the next server", async () =>
      (await jobs()).some((job) => job.startsWith("mx-serve-") && !job.startsWith(server)),
    );
    writeFileSync(gate, "");
    const { stdout, stderr, exitCode } = await sweep;
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/qwen3-32b-\w+ was cancelled: job \d+/);
    expect(await jobs()).toEqual([]);

    const planned = 2 * 2 * trials * tasks;
    const attempts = ofType<ScoredTrial>(stdout, "trial");
    const results = attempts.filter(({ outcome }) => outcome === "completed");
    // A task that was asked while there was no server: no result, and no 0.
    for (const { outcome, reward } of attempts.filter((one) => !results.includes(one)))
      expect({ outcome, reward }).toEqual({ outcome: "infra_error", reward: null });
    const names = results.map((one) => [one.task_id, one.model, one.trial].join());
    expect(new Set(names).size).toBe(planned);
    expect(names).toHaveLength(planned);
    const missed = results.filter(({ reward }) => reward !== 1);
    expect(new Set(missed.map((one) => `${one.model} ${one.task_id}`))).toEqual(
      new Set(envs.map((name) => `${small} ${name}-1`)),
    );
    const summaries = ofType<Summary>(stdout, "summary");
    expect(summaries.map(({ group }) => [group["run_id"], group["model"]])).toEqual(
      envs.flatMap((name) => [large, small].map((model) => [`tau-${name}`, model])),
    );
    for (const { group, coverage, pass_hat_k, scored } of summaries) {
      const share = group["model"] === large ? 1 : (tasks - 1) / tasks;
      expect({ coverage, scored }).toEqual({ coverage: 1, scored: tasks * trials });
      expect(pass_hat_k[`${trials}`]).toBeCloseTo(share, 12);
    }
    for (const run of ofType<Run>(stdout, "run"))
      expect(run).toMatchObject({ state: "done", owed: 0, planned: planned / 2 });
    for (const name of envs)
      expect(existsSync(join(env["MX_HOME"] ?? "", `runs/tau-${name}`))).toBe(true);

    const before = logs();
    const again = await start(flags);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(again.stdout).toBe(stdout);
    expect(logs()).toEqual(before);
  });

  const one = ["--env", "airline", "--model", small, "--trial", "1", "--tasks", "1"];

  test("a stranger that serves the same model on the agent's port is refused, and named", async () => {
    const port = await freePort();
    let calls = 0;
    const stranger = createServer((_, response) => {
      calls += 1;
      response.end(JSON.stringify({ object: "list", data: [{ id: small }] }));
    });
    await using _ = await listening(stranger, port);
    const { stdout, stderr, exitCode } = await start(one, { serve: `--port ${port}` });
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 75 });
    expect(stderr).toMatch(
      new RegExp(`cannot have port ${port}: it is taken by .+ \\(process ${process.pid}\\)`),
    );
    expect({ calls, files: files(), jobs: await jobs() }).toEqual({
      calls: 0,
      files: [],
      jobs: [],
    });
  });

  test.runIf(isFull)(
    "Ctrl-C ends the array and the user's server, and keeps what is done",
    async () => {
      const flags = ["--env", "airline", "--model", small, "--trial", "1", "--tasks", "2"];
      const sweep = start(flags, { TAU_GATE: join(folder, "never") });
      await until("a result", () => files().length > 0);
      sweep.kill("SIGINT");
      const { exitCode, stderr } = await sweep;
      expect(exitCode, stderr).toBe(130);
      expect(await jobs()).toEqual([]);
      // What run.py leaves when a server goes, and when it is killed as it writes.
      const path = join(folder, "tau/cells", files()[0] ?? "");
      const error = "litellm.APIConnectionError: connection refused";
      const row = { task_id: 1, reward: 0, info: { error, traceback: error }, traj: [], trial: 0 };
      const text = readFileSync(path, "utf8").replace(
        /\]\s*$/,
        `, ${JSON.stringify(row)}, {"task_id": 1`,
      );
      writeFileSync(path, text);

      const rest = await start(flags);
      expect(rest.exitCode, rest.stderr).toBe(0);
      expect(rest.stderr).toContain("1 trials are owed");
      const found = ofType<ScoredTrial>(rest.stdout, "trial");
      expect(
        found.map((trial) => [trial.task_id, trial.attempt, trial.outcome, trial.reward]),
      ).toEqual([
        ["airline-0", 0, "completed", 1],
        ["airline-1", 0, "infra_error", null],
        ["airline-1", 1, "completed", 0],
      ]);
      expect(ofType<Summary>(rest.stdout, "summary")).toMatchObject([
        { planned: 2, scored: 2, mean_reward: 0.5 },
      ]);
    },
  );

  test.runIf(isFull)(
    "before its time limit the user's server moves to another job, and nothing is lost",
    async () => {
      const gate = join(folder, "gate");
      const flags = ["--env", "airline", "--model", large, "--trial", "1", "--tasks", "2"];
      const sweep = start(flags, {
        TAU_GATE: gate,
        serveUser: "--slurm.renew=1.5 --slurm.drain=1",
      });
      await until("a result", () => files().length > 0);
      const servers = async () => (await jobs()).filter((job) => job.startsWith("mx-serve-"));
      const [first = ""] = await servers();
      const name = first.split(" ")[0] ?? "";
      const id = (await cluster.command("squeue", "-h", `--name=${name}`, "-o", "%i")).trim();
      await cluster.command("scontrol", "update", `JobId=${id}`, "TimeLimit=1");
      await until("another job in its place", async () => {
        const [now, ...others] = await servers();
        return now?.endsWith("RUNNING") === true && !now.startsWith(name) && others.length === 0;
      });
      writeFileSync(gate, "");
      const { stdout, stderr, exitCode } = await sweep;
      expect(exitCode, stderr).toBe(0);
      expect(stderr.match(/trials are owed/g)).toHaveLength(1);
      const found = ofType<ScoredTrial>(stdout, "trial");
      expect(found.map(({ outcome, attempt }) => [outcome, attempt])).toEqual(
        Array(2).fill(["completed", 0]),
      );
    },
  );

  test("flags that cannot be meant are usage errors", async () => {
    for (const [flags, message] of [
      [["--trial", "1"], "--model is missing"],
      [["--model", user], "both a model and the user"],
      [["--model", small, "--env", "telecom"], "no environment telecom"],
      [["--model", small, "--modle", "x"], "--modle is no flag"],
    ] as const) {
      const { stdout, stderr, exitCode } = await start([...flags]);
      expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
      expect(stderr).toContain(message);
    }
  });
});

test("tau-bench-on-slurm --help says what it does, and needs nothing", async () => {
  const { stdout, exitCode } = await execa(program, ["--help"]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("--serve-user");
});
