import { openSlurm, type Job, type JobSpec, type Slurm } from "@mx/backends/slurm";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "./support/free-port.ts";
import { hasSlurm, startCluster, type SlurmCluster } from "./support/slurm-cluster.ts";
import { until } from "./support/until.ts";

describe.skipIf(!hasSlurm)("a Slurm cluster", () => {
  let cluster: SlurmCluster;
  let slurm: Slurm;
  const secret = "sk-of-the-slurm-test";

  beforeAll(async () => {
    cluster = await startCluster({ maxArraySize: 21 });
    slurm = await openSlurm({ env: { ...cluster.env, HOME: "/tmp", SECRET: secret, OTHER: "x" } });
  });
  afterAll(() => cluster.stop());

  const job = (name: string, script: string, more: Partial<JobSpec> = {}): JobSpec => ({
    name,
    script,
    workdir: join(cluster.folder, "shared"),
    output: join(cluster.folder, "shared", "%x-%a.log"),
    options: {},
    ...more,
  });
  const log = (file: string) => readFileSync(join(cluster.folder, "shared", file), "utf8");

  const logged = (file: string) =>
    existsSync(join(cluster.folder, "shared", file)) ? log(file) : "";

  /** The jobs, once that holds for them. */
  async function when(id: string, holds: (jobs: Job[]) => boolean): Promise<Job[]> {
    let jobs: Job[] = [];
    const said = () => JSON.stringify(jobs);
    await until(`job ${id}`, async () => holds((jobs = await slurm.jobs([id]))), { said });
    return jobs;
  }
  const all = (state: string) => (jobs: Job[]) =>
    jobs.length > 0 && jobs.every((one) => one.state === state);

  test.concurrent("says what it is and what its limits are", async () => {
    expect(slurm.version).toMatch(/^\d+\.\d+/);
    expect(await slurm.limits()).toEqual({ maxArraySize: 21, maxJobs: 10_000, minJobAgeS: 300 });
  });

  test.concurrent(
    "a job gets the variables that were named and no others, and its output is in its file",
    async () => {
      const script = 'echo "$SECRET-$OTHER-$SLURMD_NODENAME"; cat /proc/$PPID/cmdline\n';
      const id = await slurm.submit(job("vars", script, { exports: ["SECRET"] }));
      const [done] = await when(id, all("done"));
      expect(done).toMatchObject({ id, index: null, name: "vars", exitCode: 0, restarts: 0 });
      expect(log("vars-4294967294.log")).toContain(`${secret}--${done?.node}`);
      expect(await cluster.command("scontrol", "show", "job", id)).not.toContain(secret);
    },
  );

  test.concurrent("elements of an array end each in their own way", async () => {
    const indexes = [1, 2, 3, 20];
    const script = 'exit "$SLURM_ARRAY_TASK_ID"\n';
    const id = await slurm.submit(job("each", script, { array: { indexes, parallel: 3 } }));
    const jobs = await when(id, all("failed"));
    const statuses = Object.fromEntries(jobs.map(({ index, exitCode }) => [index, exitCode]));
    expect(statuses).toEqual(Object.fromEntries(indexes.map((index) => [index, index])));
  });

  test.concurrent(
    "an array beyond the cluster's size is refused, and so is a partition that is not there",
    async () => {
      const large = job("large", "true\n", { array: { indexes: [1, 21] } });
      await expect(slurm.submit(large)).rejects.toMatchObject({
        code: "slurm_refused",
        exitCode: 69,
        message: expect.stringContaining("Invalid job array specification") as string,
      });
      await expect(
        slurm.submit(job("where", "true\n", { options: { partition: "none" } })),
      ).rejects.toThrow(/partition/);
      await expect(
        slurm.submit(job("what", "true\n", { options: { nonsense: "1" } })),
      ).rejects.toMatchObject({ code: "slurm_option", exitCode: 2 });
      expect(await slurm.findByName("large")).toEqual([]);
    },
  );

  test.concurrent("elements are cancelled one by one, and a job is found by its name", async () => {
    // The third waits.
    const array = { indexes: [1, 2, 3], parallel: 2 };
    const id = await slurm.submit(job("cancel-me", "sleep 600\n", { array }));
    const again = await slurm.submit(job("cancel-me", "sleep 600\n"));
    expect(await slurm.findByName("cancel-me")).toEqual([again, id]);
    expect(await slurm.findByName("cancel")).toEqual([]);
    const shown = ({ index, state }: Job) => `${index} ${state}`;
    const two = (second: string) => (jobs: Job[]) =>
      // The third may be gone at once, without a trace, as it waited.
      jobs
        .filter(({ index }) => index !== 3)
        .map(shown)
        .toSorted()
        .join() === `1 running,2 ${second}`;
    await when(id, two("running"));
    await slurm.cancel([{ id, index: 2 }, { id, index: 3 }, again]);
    await when(id, two("cancelled"));
    await slurm.cancel([id, again, "99999"]);
    await when(id, all("cancelled"));
  });

  test.concurrent("a signal reaches what runs in a job, which ends in its own way", async () => {
    const script = "trap 'echo told; exit 7' TERM\necho ready; sleep 600 & wait\n";
    const id = await slurm.submit(job("signal", script));
    await when(id, all("running"));
    // A signal before the shell has set its trap would end it.
    await until("the script", () => logged("signal-4294967294.log").includes("ready"));
    await slurm.cancel([id], "SIGTERM");
    const [ended] = await when(id, all("failed"));
    expect(ended?.exitCode).toBe(7);
    expect(log("signal-4294967294.log")).toContain("told");
  });

  test.concurrent("a job that nobody knows is none, alone and among others", async () => {
    expect(await slurm.jobs(["99999"])).toEqual([]);
    expect(await slurm.jobs(["99998", "99999"])).toEqual([]);
    expect(await slurm.jobs([])).toEqual([]);
  });

  test.concurrent("a job that waits says why", async () => {
    const id = await slurm.submit(job("wait", "true\n", { options: { ntasks: "100" } }));
    const [waiting] = await when(id, (jobs) => jobs[0]?.reason !== null);
    expect(waiting).toMatchObject({ state: "pending", node: null, exitCode: null });
    await slurm.cancel([id]);
  });

  test.concurrent("a cluster that is not there is an error that says so", async () => {
    await expect(openSlurm({ env: { PATH: "/nowhere" } })).rejects.toMatchObject({
      code: "slurm_missing",
      exitCode: 69,
    });
    const conf = readFileSync(cluster.env.SLURM_CONF, "utf8");
    const path = join(cluster.folder, "elsewhere.conf");
    writeFileSync(path, conf.replace(/SlurmctldPort=\d+/, `SlurmctldPort=${await freePort()}`));
    const env = { ...cluster.env, SLURM_CONF: path };
    await expect(openSlurm({ env, pauses: [] })).rejects.toMatchObject({
      code: "slurm_unreachable",
      exitCode: 69,
    });
  });

  test("the loss of a node: one job is lost, another put back in the queue and run again", async () => {
    const there = { nodelist: "node1" };
    const stays = job("stays", "sleep 600\n", { options: { ...there, "no-requeue": "" } });
    const returns = job("returns", 'echo "run"; sleep 600\n', {
      options: { ...there, requeue: "" },
    });
    const ids = [await slurm.submit(stays), await slurm.submit(returns)] as const;
    for (const id of ids) await when(id, all("running"));
    await cluster.killNode("node1");
    expect((await when(ids[0], all("lost")))[0]).toMatchObject({
      reported: "NODE_FAIL",
      exitCode: null,
      endsAt: null,
    });
    await when(ids[1], all("pending"));
    await cluster.restartNode("node1");
    expect((await when(ids[1], all("running")))[0]?.restarts).toBe(1);
    await slurm.cancel(ids);
  });

  test("a controller that is away is waited for, and a job submitted meanwhile is there once", async () => {
    await cluster.killController();
    const submitted = slurm.submit(job("meanwhile", "true\n"));
    await sleep(1000);
    await cluster.restartController();
    const id = await submitted;
    expect(await slurm.findByName("meanwhile")).toEqual([id]);
  });
});
