import { openSlurm, type Slurm } from "@mx/backends/slurm";
import type { Endpoint } from "@mx/records";
import { createServer } from "node:http";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, type TestContext } from "vitest";
import type { PlaceContext, RunningServer } from "../packages/mx-serve/src/places/place.ts";
import { SlurmHandle } from "../packages/mx-serve/src/places/slurm/slurm-handle.ts";
import { SlurmPlace } from "../packages/mx-serve/src/places/slurm/slurm-place.ts";
import { makeServerFolder, serverFolder } from "../packages/mx-serve/src/servers/server-folder.ts";
import { serverKey } from "../packages/mx-serve/src/servers/server-key.ts";
import type { ServerPlan } from "../packages/mx-serve/src/server-plan.ts";
import { modalPlan } from "../packages/mx-serve/src/testing/modal-plan.ts";
import { freePort } from "./support/free-port.ts";
import { listening } from "./support/listening.ts";
import { binFolder, root, runBin, start } from "./support/run-bin.ts";
import { hasSlurm, startCluster, type SlurmCluster } from "./support/slurm-cluster.ts";
import { until } from "./support/until.ts";

const program = join(root, "test/support/tiny-model-server.mjs");

interface Wanted {
  /** More arguments of the server. */
  args?: string[];
  port?: number;
  withKey?: boolean;
  startupTimeoutMs?: number;
  slurm?: Record<string, string>;
  stop?: AbortSignal;
}

function planOf({
  args = [],
  port,
  withKey = true,
  startupTimeoutMs = 45_000,
}: Wanted): ServerPlan {
  return modalPlan({
    startupTimeoutMs,
    port: port ?? null,
    apiKeyEnv: withKey ? "TINY_KEY" : null,
    needs: { program: process.execPath, hint: "install Node.js" },
    record: {
      where: "slurm",
      argv: [process.execPath, program, "--host={host}", "--port", "{port}", ...args],
      env: { TINY_SETTING: "it's in {dir}" },
    },
  });
}

describe.skipIf(!hasSlurm).concurrent("servers as jobs of Slurm", () => {
  const place = new SlurmPlace();
  let cluster: SlurmCluster;
  let slurm: Slurm;

  beforeAll(async () => {
    cluster = await startCluster();
    slurm = await openSlurm({ env: cluster.env });
  });
  afterAll(() => cluster.stop());

  /** What one test uses: a home of its own, and the servers that it brings up there, ended with it. */
  function bench({ onTestFinished }: Pick<TestContext, "onTestFinished">) {
    const home = mkdtempSync(join(cluster.folder, "shared/home-"));
    const env = { ...cluster.env, HOME: home, MX_HOME: home };
    const notes: string[] = [];
    const contextOf = async (plan: ServerPlan, wanted: Wanted): Promise<PlaceContext> => {
      const folder = serverFolder(env, plan.record.name);
      await makeServerFolder(folder);
      return {
        env,
        stop: wanted.stop ?? new AbortController().signal,
        key: await serverKey(folder, plan, env),
        note: (text) => notes.push(text),
        folder,
        detach: false,
        // The other node is killed by one of the tests.
        options: { nodelist: "node1", ...wanted.slurm },
      };
    };
    const keep = (server: RunningServer) => {
      onTestFinished(() => server.stop());
      return server;
    };
    const up = async (wanted: Wanted = {}) => {
      const plan = planOf(wanted);
      const context = await contextOf(plan, wanted);
      const server = keep(await place.up(plan, context));
      // As useServer does.
      await context.folder.writeEndpoint(server.endpoint);
      server.onMove((endpoint) => void context.folder.writeEndpoint(endpoint));
      return { plan, context, server };
    };
    /** Lines of squeue about jobs of this home. */
    const queued = async () => {
      const servers = join(home, "servers");
      const jobs = existsSync(servers)
        ? readdirSync(servers).flatMap((name) => {
            const folder = join(servers, name, "jobs");
            return existsSync(folder) ? readdirSync(folder) : [];
          })
        : [];
      const lines = (await cluster.command("squeue", "-h", "-o", "%j %T")).split("\n");
      return lines.filter((line) => jobs.includes(line.split(" ")[0] ?? ""));
    };
    return { env, notes, contextOf, keep, up, queued };
  }

  const handleOf = ({ handle }: Endpoint) => SlurmHandle.parse(handle);
  const idOf = (endpoint: Endpoint) => handleOf(endpoint).job ?? "";
  const isFirst = ([first]: string[], state: string) => first?.endsWith(state) === true;
  const stateOf = async (id: string) => (await slurm.jobs([id]))[0]?.state;
  const models = (endpoint: Endpoint, key = "") =>
    fetch(`${endpoint.base_url}/models`, { headers: { authorization: `Bearer ${key}` } });

  test("a server comes up with a key of its own, says where it is, and leaves nothing when it is stopped", async (test) => {
    const { env, up } = bench(test);
    const setup = "export TINY_KEY=wrong\necho 'set up'";
    const { server, context } = await up({ slurm: { setup, partition: "main" } });
    const { endpoint } = server;
    const handle = handleOf(endpoint);
    expect(endpoint).toMatchObject({ where: "slurm", state: "ready", models: ["tiny"] });
    expect(cluster.nodes).toContain(handle.node);
    expect(endpoint.base_url).toBe(`http://127.0.0.1:${handle.port}/v1`);
    expect((await models(endpoint)).status).toBe(401);
    expect((await models(endpoint, context.key?.value)).status).toBe(200);
    expect(await place.state(endpoint, { env })).toBe("ready");
    const log = readFileSync(context.folder.log, "utf8");
    expect(log).toContain("set up");
    expect(log).toContain(`setting it's in ${context.folder.path}`);
    const shown = await cluster.command("scontrol", "show", "job", idOf(endpoint));
    expect(shown + readFileSync(join(handle.job_folder, "script"), "utf8")).not.toContain(
      context.key?.value,
    );
    await server.stop();
    expect(await stateOf(idOf(endpoint))).toBe("cancelled");
    expect(await place.state(endpoint, { env })).toBe("failed");
    await expect(models(endpoint)).rejects.toThrow("fetch failed");
  });

  test("its log is read, and followed until it has ended", async (test) => {
    const { env, up } = bench(test);
    const { server, context, plan } = await up();
    const stop = new AbortController().signal;
    const read = async (follow: boolean) => {
      let text = "";
      for await (const chunk of place.logs(
        server.endpoint,
        { env, stop, folder: context.folder },
        follow,
      ))
        text += chunk;
      return text;
    };
    expect(await read(false)).toContain(`tiny: ${plan.record.model}`);
    const followed = read(true);
    await fetch(new URL("/other", server.endpoint.base_url), {
      headers: { authorization: `Bearer ${context.key?.value}` },
    });
    await server.stop();
    expect(await followed).toContain("tiny: GET /other");
  });

  test("a port that another program has is an error that names it", async (test) => {
    const { up, queued } = bench(test);
    const port = await freePort();
    await using _ = await listening(
      createServer((_, response) => response.end("{}")),
      port,
    );
    const failed = up({ port });
    await expect(failed).rejects.toMatchObject({ code: "server_died", exitCode: 69 });
    await expect(failed).rejects.toThrow(`port ${port} of node1 is taken by another program`);
    expect(await queued()).toEqual([]);
  });

  test("a stranger that serves the same model on the server's port is not taken for it", async (test) => {
    const { up, queued } = bench(test);
    const port = await freePort();
    const starting = up({ port, args: ["--ignore-port"] });
    starting.catch(() => {});
    await until("a job that runs", async () => isFirst(await queued(), "RUNNING"));
    // The node has looked at the port before the server was started.
    await sleep(1_000);
    const list = '{"object":"list","data":[{"id":"tiny"}]}';
    await using _ = await listening(
      createServer((_, response) => response.end(list)),
      port,
    );
    await expect(starting).rejects.toMatchObject({ code: "port_lost", exitCode: 69 });
    expect(await queued()).toEqual([]);
  });

  test.for([
    { args: ["--ignore-port", "--exit-after", "300"], code: "server_died", says: "exit status 3" },
    {
      args: ["--ignore-port", "--exit-after", "300"],
      code: "server_died",
      says: "tiny: no such card",
    },
    { args: ["--model", "other"], code: "wrong_server", says: "it serves other and not tiny" },
    { args: ["--ignore-port"], code: "server_slow", says: "was not ready after 4 s" },
  ])(
    "a start that fails is an error and leaves no job: $says",
    async ({ args, code, says }, test) => {
      const { up, queued } = bench(test);
      const failed = up({ args, startupTimeoutMs: code === "server_slow" ? 4_000 : 45_000 });
      await expect(failed).rejects.toMatchObject({ code, exitCode: 69 });
      await expect(failed).rejects.toThrow(says);
      expect(await queued()).toEqual([]);
    },
  );

  test("a program that is not on the node is named", async (test) => {
    const { contextOf } = bench(test);
    const plan = { ...planOf({}), needs: { program: "no-such-engine", hint: "module load it" } };
    const failed = place.up(plan, await contextOf(plan, {}));
    await expect(failed).rejects.toThrow(/no-such-engine is not on node\d: module load it/);
  });

  test("a job that waits says why, and a signal takes it out of the queue", async (test) => {
    const { up, queued, notes } = bench(test);
    const stop = new AbortController();
    const starting = up({ slurm: { ntasks: "1000" }, stop: stop.signal });
    starting.catch(() => {});
    await until("a note", () => notes.some((note) => note.includes("waits as job")));
    expect(notes.join()).toMatch(/waits as job \d+: (PartitionConfig|Resources|BadConstraints)/);
    stop.abort(new Error("Ctrl-C"));
    await expect(starting).rejects.toThrow("Ctrl-C");
    expect(await queued()).toEqual([]);
  });

  test("the end of a server is told with its last lines: it died, lost its port, was cancelled, lost its node", async (test) => {
    const { env, up, notes } = bench(test);
    const [died, deaf, cancelled, lost] = await Promise.all([
      up({ args: ["--model=tiny", "--mortal"] }),
      up({ args: ["--mortal"] }),
      up({ withKey: false }),
      up({ args: ["--model=tiny"], slurm: { nodelist: "node2" } }),
    ]);
    expect(notes.join("\n")).toContain("asks for no key");
    await fetch(new URL("/die", died.server.endpoint.base_url)).catch(() => {});
    expect(await died.server.ended).toMatchObject({
      reason: expect.stringMatching(/ended with exit status 3: job \d+ on node\d/) as string,
      tail: expect.stringContaining("no such card") as string,
    });
    await fetch(new URL("/deaf", deaf.server.endpoint.base_url)).catch(() => {});
    expect((await deaf.server.ended).reason).toMatch(
      /does not have port \d+ of node1 any more: nobody listens there/,
    );
    await cluster.command("scancel", idOf(cancelled.server.endpoint));
    expect((await cancelled.server.ended).reason).toMatch(/was cancelled: job \d+/);
    await cluster.killNode("node2");
    expect((await lost.server.ended).reason).toMatch(/was lost: job \d+ on node2 is NODE_FAIL/);
    expect(await place.state(lost.server.endpoint, { env })).toBe("failed");
    await cluster.restartNode("node2");
  });

  test("a server whose submitter was killed before it knew the id is found and ended by its name", async (test) => {
    const { env, up } = bench(test);
    const { server } = await up();
    const { endpoint } = server;
    const orphan = { ...endpoint, handle: { ...endpoint.handle, job: null } };
    expect(await place.state(orphan, { env })).toBe("ready");
    expect(await place.stop(orphan, { env, note: () => {} })).toBe(true);
    expect(await stateOf(idOf(endpoint))).toBe("cancelled");
    expect(await place.stop(endpoint, { env, note: () => {} })).toBe(false);
  });

  test("before its time limit a successor takes over, and who joined the server moves along", async (test) => {
    const { env, up, keep } = bench(test);
    const { server, plan, context } = await up({
      slurm: { time: "10", renew: "1.5", drain: "1" },
    });
    const first = server.endpoint;
    const joined = keep(await place.attach(first, plan, context));
    const moves: Endpoint[] = [];
    joined.onMove((endpoint) => moves.push(endpoint));
    // One minute is less than is to be left.
    await cluster.command("scontrol", "update", `JobId=${idOf(first)}`, "TimeLimit=1");
    await until("a move", () => moves.length > 0);
    const second = server.endpoint;
    expect(idOf(second)).not.toBe(idOf(first));
    expect(second.base_url).not.toBe(first.base_url);
    expect(moves[0]).toEqual(second);
    expect(await context.folder.readEndpoint()).toEqual(second);
    expect((await models(second, context.key?.value)).status).toBe(200);
    await until("the end of the first", async () => (await stateOf(idOf(first))) === "cancelled");
    expect(await place.state(second, { env })).toBe("ready");
    const ended = await Promise.race([server.ended, joined.ended, sleep(0, "still there")]);
    expect(ended).toBe("still there");
    await joined.release?.();
  });

  test("two servers serve for as long as a command runs, each under its own name", async (test) => {
    const { env, queued } = bench(test);
    const serve = (model: string) => {
      const command = `${process.execPath} ${program} --host {host} --port {port} --model ${model}`;
      const engine = ["--engine", "command", "--command", command, "--served-model-name", model];
      return ["up", "--on", "slurm", "--slurm.time=5", "--slurm.partition=main", ...engine];
    };
    const ask = 'curl -s "$USER_MODEL_API_BASE/models"; curl -s "$OPENAI_BASE_URL/models"';
    const inner = [join(binFolder, "mx-serve"), ...serve("assistant"), "--", "sh", "-c", ask];
    const outer = [...serve("user"), "--as", "user_model", "--", ...inner];
    const { stdout, stderr, exitCode } = await runBin("mx-serve", outer, env);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/"id":"user".*"id":"assistant"/);
    expect(await queued()).toEqual([]);
  });

  /** Arguments for a server that differs from others by this label. */
  const labelled = (label: string) => {
    const command = `${process.execPath} ${program} --host {host} --port {port} --label ${label}`;
    return ["up", "--on", "slurm", "--engine", "command", "--command", command];
  };

  test("the same server twice is one job, which is there until it is stopped", async (test) => {
    const { env, queued } = bench(test);
    const args = labelled("once");
    const first = await runBin("mx-serve", [...args, "--detach"], env);
    expect(first.exitCode, first.stderr).toBe(0);
    const endpoint = JSON.parse(first.stdout) as Endpoint;
    const second = await runBin(
      "mx-serve",
      [...args, "--", "sh", "-c", "echo $OPENAI_BASE_URL"],
      env,
    );
    expect(second).toMatchObject({ exitCode: 0, stdout: `${endpoint.base_url}\n` });
    expect(await queued()).toHaveLength(1);
    const stopped = await runBin("mx-serve", ["stop", endpoint.name], env);
    expect(stopped.exitCode, stopped.stderr).toBe(0);
    expect(await queued()).toEqual([]);
  });

  test("a process that is killed while its job waits leaves one that can be stopped", async (test) => {
    const { env, queued } = bench(test);
    const args = labelled("killed");
    const child = start("mx-serve", [...args, "--slurm.ntasks=1000"], env);
    await until("a job in the queue", async () => isFirst(await queued(), "PENDING"));
    child.kill("SIGKILL");
    await child;
    const [name = ""] = readdirSync(join(env.MX_HOME, "servers"));
    const stopped = await runBin("mx-serve", ["stop", name], env);
    expect(stopped.exitCode, stopped.stderr).toBe(0);
    expect(await queued()).toEqual([]);
  });

  test("a signal in the queue leaves no job behind", async (test) => {
    const { env, queued } = bench(test);
    const args = labelled("queued");
    const child = start("mx-serve", [...args, "--slurm.ntasks=1000"], {
      ...env,
      PATH: cluster.env.PATH,
    });
    await until("a job in the queue", async () => isFirst(await queued(), "PENDING"));
    child.kill("SIGINT");
    expect((await child).exitCode).toBe(130);
    expect(await queued()).toEqual([]);
  });
});
