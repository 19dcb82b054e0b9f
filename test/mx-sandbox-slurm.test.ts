import type { Request, Run, Trial } from "@mx/records";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isFull } from "./support/is-full.ts";
import { hasBubblewrap } from "./support/needs.ts";
import {
  ofType,
  records,
  runBin,
  shell,
  smokeScript,
  smokeTasks,
  start,
} from "./support/run-bin.ts";
import { hasSlurm, startCluster, type SlurmCluster } from "./support/slurm-cluster.ts";
import { slurmRuns, untilOf } from "./support/slurm-runs.ts";
import { until } from "./support/until.ts";

const longest = { timeout: isFull ? 600_000 : 120_000 };

describe.skipIf(!hasSlurm || !hasBubblewrap)("mx-sandbox --backend slurm", longest, () => {
  let cluster: SlurmCluster;
  beforeAll(async () => {
    cluster = await startCluster({ maxArraySize: 5 });
  }, 90_000);
  afterAll(() => cluster.stop());

  const expectWhole = (stdout: string, trials: number) => {
    const results = ofType<Trial>(stdout, "trial").filter((one) => one.outcome === "completed");
    expect(new Set(results.map(({ key }) => key)).size).toBe(trials);
    expect(results).toHaveLength(trials);
    const [first, last] = [records(stdout)[0], records(stdout).at(-1)];
    expect(first).toMatchObject({ type: "run", state: "running", backend: "slurm" });
    expect(last).toMatchObject({ type: "run", state: "done", planned: trials, owed: 0 });
  };

  const [many, parts] = isFull ? [1000, 20] : [40, 6];
  test(`${many} trials over two nodes, one of which is lost half way: each has one result`, async () => {
    const { runFolder, env, run, tasksFile, submissions, done, jobs } = slurmRuns(cluster);
    const args = ["--batch", tasksFile(many / 4), "--trials", "4", "--run-id", "run"];
    const command = ["--", "sh", "-c", "sleep 0.4; cat"];
    const mine = run([
      ...args,
      "--parallel",
      "2",
      `--slurm.shards=${parts}`,
      // Of eight that a node has.
      "--slurm.cpus-per-task=4",
      ...command,
    ]);
    await untilOf("half of the trials", () => done() >= many / 2, mine);
    let node = "";
    await untilOf(
      "an element at work",
      async () => {
        [node = ""] = await jobs("-t", "R", "-o", "%N");
        return node !== "";
      },
      mine,
    );
    await cluster.killNode(node);
    const { stdout, stderr, exitCode } = await mine;
    await cluster.restartNode(node);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expectWhole(stdout, many);
    // The cluster takes arrays of five elements at most.
    const sizes = submissions().map(({ shards }) => shards.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5);
    expect(new Set(submissions().flatMap(({ shards }) => shards)).size).toBe(parts);
    const stored = readFileSync(join(runFolder, "trials.ndjson"), "utf8");
    expect(records(stored)).toEqual(ofType(stdout, "trial"));

    // The keys are those of any backend, and so are the files.
    const local = await runBin("mx-sandbox", [...args, "--dry-run", ...command], env);
    const keys = (text: string) => new Set(records(text).flatMap(({ key }) => key ?? []));
    expect(keys(local.stdout)).toEqual(keys(stdout));
    const [trial] = ofType<Trial>(stdout, "trial");
    for (const { path, bytes } of Object.values(trial?.artifacts ?? {}))
      expect(readFileSync(join(runFolder, path))).toHaveLength(bytes);
    const resumed = await runBin(
      "mx-sandbox",
      [...args.slice(0, -2), "--resume", "run", ...command],
      env,
    );
    expect(resumed.exitCode).toBe(0);
    expect(ofType(resumed.stdout, "trial")).toHaveLength(many);
  });

  test.runIf(isFull)(
    "slurmd dies and its job lives on: the one that Slurm starts elsewhere waits for it",
    async () => {
      const { runFolder, run, tasksFile, jobs, started, witness } = slurmRuns(cluster);
      const args = ["--batch", tasksFile(3), "--run-id", "run", "--parallel", "1"];
      const mine = run([...args, "--slurm.shards=1", ...witness(3)]);
      await untilOf("an element at work", () => started().length > 0, mine);
      const [node = ""] = await jobs("-t", "R", "-o", "%N");
      await cluster.killNode(node, { jobs: false });
      const { stdout, stderr, exitCode } = await mine;
      await cluster.restartNode(node);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expectWhole(stdout, 3);
      expect(started()).toHaveLength(3);
      const logs = join(runFolder, "slurm/logs");
      const said = readdirSync(logs).map((name) => readFileSync(join(logs, name), "utf8"));
      expect(said.join("")).toContain("waiting: ");
    },
  );

  test.runIf(isFull)(
    "the controller goes away: results are followed, and the run ends when it is back",
    async () => {
      const { run, tasksFile, submissions, done, started, witness } = slurmRuns(cluster);
      const args = [
        "--batch",
        tasksFile(6),
        "--run-id",
        "run",
        "--parallel",
        "1",
        "--slurm.shards=1",
      ];
      const mine = run([...args, ...witness(1)]);
      await untilOf("an element at work", () => started().length > 0, mine);
      await cluster.killController();
      await untilOf("all results", () => done() === 6, mine);
      await cluster.restartController();
      const { stdout, stderr, exitCode } = await mine;
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expectWhole(stdout, 6);
      expect(submissions()).toHaveLength(1);
    },
  );

  test.runIf(isFull)(
    "a job that others preempt goes on later; what was running is no result",
    async () => {
      const { run, tasksFile, submissions, started, witness } = slurmRuns(cluster);
      const args = ["--batch", tasksFile(4), "--run-id", "run", "--parallel", "1"];
      const options = ["--slurm.shards=2", "--slurm.cpus-per-task=8"];
      const mine = run([...args, ...options, ...witness(2)]);
      await untilOf("both elements at work", () => started().length >= 2, mine);
      const urgent = ["-N2", "--ntasks-per-node=1", "--cpus-per-task=8", "-o", "/dev/null"];
      await cluster.command("sbatch", "-p", "urgent", ...urgent, "--wrap=sleep 1");
      const { stdout, stderr, exitCode } = await mine;
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expectWhole(stdout, 4);
      const all = ofType<Trial>(stdout, "trial");
      expect(all.map(({ outcome }) => outcome)).not.toContain("failed");
      expect(all.some(({ outcome, attempt }) => outcome === "completed" && attempt === 1)).toBe(
        true,
      );
      // A node that is slow to end a job may refuse its next start, and Slurm then holds it: a new one takes its place.
      if (!stderr.includes("submitted again")) expect(submissions()).toHaveLength(1);
    },
  );

  test.runIf(isFull)(
    "killed before it could read the job's id: the job is found by its name",
    async () => {
      const { runFolder, env, tasksFile, submissions, started, witness } = slurmRuns(cluster);
      const args = ["--backend", "slurm", "--batch", tasksFile(4), "--parallel", "1"];
      const rest = ["--slurm.shards=2", ...witness(1)];
      const killed = start("mx-sandbox", [...args, "--run-id", "run", ...rest], env);
      await untilOf("a submission", () => submissions().some(({ id }) => id !== null), killed);
      killed.kill("SIGKILL");
      await killed;
      const [known] = submissions();
      const path = join(runFolder, "slurm/submissions", `${known?.name}.json`);
      writeFileSync(path, JSON.stringify({ ...known, id: null }));
      const { stdout, stderr, exitCode } = await runBin(
        "mx-sandbox",
        [...args, "--resume", "run", ...rest],
        env,
      );
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expectWhole(stdout, 4);
      expect(submissions()).toEqual([known]);
      expect(started()).toHaveLength(4);
    },
  );

  test.runIf(isFull)(
    "a node that lacks what sandboxes need is named once, and its trials stay owed",
    async () => {
      const { run, tasksFile } = slurmRuns(cluster);
      const { stdout, stderr, exitCode } = await run([
        "--quiet",
        "--batch",
        tasksFile(3),
        "--slurm.shards=1",
        "--slurm.setup=PATH=/nowhere",
        "--",
        "true",
      ]);
      expect(exitCode).toBe(75);
      expect(stderr).toMatch(/node node[12]: .*bubblewrap/);
      for (const node of cluster.nodes)
        expect(stderr.split(`node ${node}: `).length).toBeLessThanOrEqual(2);
      const trials = ofType<Trial>(stdout, "trial");
      expect(trials.map(({ outcome }) => outcome)).toEqual(Array(3).fill("infra_error"));
      expect(trials[0]?.fault?.message).toContain("bubblewrap");
      expect(ofType<Run>(stdout, "run").at(-1)).toMatchObject({ state: "incomplete", owed: 3 });
    },
  );

  // Those that take no node away run side by side.
  test.concurrent(
    "the submitting process is killed and the run resumed: no job is submitted twice",
    async () => {
      const { env, tasksFile, submissions, done, started, witness } = slurmRuns(cluster);
      const args = ["--backend", "slurm", "--batch", tasksFile(12), "--parallel", "1"];
      const rest = ["--slurm.shards=3", ...witness(0.5)];
      const killed = start("mx-sandbox", [...args, "--run-id", "run", ...rest], env);
      await untilOf("some results", () => done() >= 2, killed);
      killed.kill("SIGKILL");
      await killed;
      const before = submissions();
      const { stdout, stderr, exitCode } = await runBin(
        "mx-sandbox",
        [...args, "--resume", "run", ...rest],
        env,
      );
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expectWhole(stdout, 12);
      expect(submissions()).toEqual(before);
      expect(before).toHaveLength(1);
      expect(started().toSorted()).toEqual([...new Set(started())].toSorted());
    },
  );

  test.concurrent(
    "the first signal lets what runs end and takes the rest out of the queue; --resume does the rest",
    async () => {
      const { env, tasksFile, jobs, started, witness } = slurmRuns(cluster);
      const args = ["--backend", "slurm", "--batch", tasksFile(4), "--parallel", "1"];
      const rest = ["--slurm.shards=2", ...witness(0.7)];
      const one = ["--run-id", "run", "--slurm.elements=1"];
      const mine = start("mx-sandbox", [...args, ...one, ...rest], env);
      await untilOf("an element at work", () => started().length > 0, mine);
      mine.kill("SIGINT");
      const { stdout, exitCode } = await mine;
      expect(exitCode).toBe(130);
      const trials = ofType<Trial>(String(stdout), "trial");
      expect(trials.length).toBeLessThan(4);
      expect(new Set(trials.map(({ outcome }) => outcome))).toEqual(new Set(["completed"]));
      const last = ofType<Run>(String(stdout), "run").at(-1);
      expect(last).toMatchObject({ state: "cancelled", owed: 4 - trials.length });
      expect(await jobs()).toEqual([]);
      const resumed = await runBin("mx-sandbox", [...args, "--resume", "run", ...rest], env);
      expect(resumed.exitCode).toBe(0);
      expectWhole(resumed.stdout, 4);
      expect(started()).toHaveLength(4);
    },
  );

  test.concurrent(
    "the second signal ends all jobs, and what they were at is no result",
    async () => {
      const { folder, env, tasksFile, jobs, started, witness } = slurmRuns(cluster);
      const args = ["--backend", "slurm", "--batch", tasksFile(4), "--parallel", "1"];
      const rest = ["--slurm.shards=2", ...witness(60)];
      const mine = start("mx-sandbox", [...args, "--run-id", "run", ...rest], env);
      await untilOf("two elements at work", () => started().length === 2, mine);
      mine.kill("SIGINT");
      await sleep(500);
      mine.kill("SIGINT");
      const { stdout, exitCode } = await mine;
      expect(exitCode).toBe(130);
      await until("the end of all jobs", async () => (await jobs()).length === 0, { seconds: 60 });
      expect(ofType<Trial>(String(stdout), "trial")).toEqual([]);
      const left = await runBin(
        "mx-sandbox",
        [
          "--batch",
          join(folder, "tasks.ndjson"),
          "--backend",
          "process",
          "--resume",
          "run",
          "--",
          "true",
        ],
        env,
      );
      // Of an agent that was ended from outside there is no result, also where it had time to say so.
      expect(ofType<Trial>(left.stdout, "trial").filter((one) => one.outcome === "failed")).toEqual(
        [],
      );
    },
  );

  test.concurrent(
    "each element asks the model through a proxy of its own, and all calls are in the run's ledger",
    async () => {
      const { runFolder, env } = slurmRuns(cluster);
      const line =
        `mx-proxy --script ${smokeScript} -- mx-sandbox --backend slurm --batch ${smokeTasks} ` +
        "--model scripted --run-id run --slurm.shards=2 --quiet | mx-score";
      const { stdout, stderr, exitCode } = await shell(line, env);
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
      const [summary] = ofType<{ usage: { calls: number }; scored: number }>(stdout, "summary");
      expect(summary?.scored).toBe(5);
      const ledger = records(readFileSync(join(runFolder, "requests.ndjson"), "utf8"));
      const calls = ledger.filter(
        ({ path }) => path === "/v1/chat/completions",
      ) as unknown as Request[];
      expect(calls).toHaveLength(summary?.usage.calls ?? -1);
      expect(new Set(ledger.map((call) => JSON.stringify(call))).size).toBe(ledger.length);
    },
  );

  test.concurrent("a dry run says what would be submitted, and submits nothing", async () => {
    const { folder, run, tasksFile } = slurmRuns(cluster);
    const args = ["--batch", tasksFile(3), "--dry-run", "--slurm.shards=3", "--slurm.gres=gpu:1"];
    const { stdout, stderr, exitCode } = await run([...args, "--", "true"]);
    expect(exitCode).toBe(0);
    expect(records(stdout).map(({ type }) => type)).toEqual(["planned", "planned", "planned"]);
    expect(stderr).toContain("--array=0-2");
    expect(stderr).toContain("--gres=gpu:1");
    expect(stderr).toContain("mx-sandbox");
    expect(existsSync(join(folder, "home"))).toBe(false);
  });

  test.concurrent("a budget of the whole run is a usage error", async () => {
    const { run } = slurmRuns(cluster);
    const args = ["--prompt", "x", "--budget-usd", "1", "--", "true"];
    const { stdout, stderr, exitCode } = await run(args);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toContain("--budget-usd cannot be held");
  });

  test.concurrent("what Slurm refuses ends the run with Slurm's own words", async () => {
    const { run } = slurmRuns(cluster);
    const { stderr, exitCode } = await run([
      "--prompt",
      "x",
      "--slurm.partition=none",
      "--",
      "true",
    ]);
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(/invalid partition/i);
  });
});

test("a signal to all processes of a job: an agent that it ended did not fail", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mx-signal-"));
  try {
    const pid = join(folder, "pid");
    // As a batch system does it, which may come to the agent first.
    const script = `until [ -s ${pid} ]; do sleep 0.05; done; (kill -TERM $$ $(cat ${pid})); sleep 9`;
    const args = [
      "--quiet",
      "--backend",
      "process",
      "--prompt",
      "x",
      "--",
      "setsid",
      "sh",
      "-c",
      script,
    ];
    const mine = start("mx-sandbox", args, { MX_HOME: join(folder, "home") });
    writeFileSync(pid, `${mine.pid}`);
    const { stdout, exitCode } = await mine;
    expect(exitCode).toBe(143);
    const trials = ofType<Trial>(String(stdout), "trial");
    expect(trials.map(({ outcome }) => outcome)).toEqual(["cancelled"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("--slurm.… needs --backend slurm", async () => {
  const args = ["--prompt", "x", "--slurm.partition=main", "--", "true"];
  const { stderr, exitCode } = await runBin("mx-sandbox", args, { MX_HOME: "/nowhere" });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("--slurm.partition needs --backend slurm");
});
