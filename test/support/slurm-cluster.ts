import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { nodeProcesses } from "../slurm-cluster/node-processes.ts";
import {
  cgroupConf,
  gresConf,
  nodeNames,
  slurmConf,
  type ClusterOptions,
} from "../slurm-cluster/slurm-conf.ts";
import { freePort } from "./free-port.ts";
import { isThere } from "./is-there.ts";
import { until } from "./until.ts";

const run = promisify(execFile);

/** Debian puts the daemons where only root looks. */
const path = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;

/** True where a cluster can be started. Tests that need one say so when they are skipped. */
export const hasSlurm = ["slurmctld", "slurmd", "sbatch", "munged"].every((program) =>
  isThere(program, path),
);
if (!hasSlurm)
  console.warn("skipped: tests that need a Slurm cluster (apt-get install slurm-wlm munge)");

/** A cluster on this machine: a controller, and nodes that differ by their ports. */
export interface SlurmCluster extends AsyncDisposable {
  /** SLURM_CONF and PATH: what Slurm's commands need. */
  readonly env: { SLURM_CONF: string; PATH: string };
  /** Everything that the cluster writes, and `shared/`, for files of jobs. Gone after `stop`. */
  readonly folder: string;
  readonly nodes: readonly string[];
  /** Runs a command of Slurm, such as `scontrol`; its stdout. */
  command(program: string, ...args: string[]): Promise<string>;
  /**
   * What the loss of a node looks like: its slurmd is killed, and so is all that runs on it, and the controller is
   * told, as a health check would. With `jobs: false` only slurmd is killed, as if the network were gone: the jobs of
   * the node run on. With `told: false` the controller has to find out by itself, which takes it half a minute.
   */
  killNode(name: string, how?: { jobs?: boolean; told?: boolean }): Promise<void>;
  /** Has a node that was killed come back, and waits until it takes jobs. */
  restartNode(name: string): Promise<void>;
  /** Kills the controller; what asks it is told that it cannot be reached. */
  killController(): Promise<void>;
  /** Has the controller come back, with the jobs that it knew. */
  restartController(): Promise<void>;
  /** Ends everything that runs in the cluster and the cluster itself, and removes the folder. */
  stop(): Promise<void>;
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

/** Starts a cluster; a second or two. One for each test file is enough. */
export async function startCluster(options: ClusterOptions = {}): Promise<SlurmCluster> {
  const folder = mkdtempSync(join(tmpdir(), "mx-slurm-"));
  // munged wants every user to reach its socket.
  chmodSync(folder, 0o711);
  const names = options.nodes ?? nodeNames;
  for (const name of ["munge", "state", "log", "shared", ...names.map((node) => `spool/${node}`)])
    mkdirSync(join(folder, name), { recursive: true });
  const env = { PATH: path, SLURM_CONF: join(folder, "slurm.conf") };
  const host = hostname().split(".")[0] ?? "localhost";
  const ports = { controller: await freePort(), nodes: await Promise.all(names.map(freePort)) };
  writeFileSync(env.SLURM_CONF, slurmConf(folder, host, ports, options));
  writeFileSync(join(folder, "gres.conf"), gresConf);
  writeFileSync(join(folder, "cgroup.conf"), cgroupConf);
  const munge = join(folder, "munge");
  writeFileSync(join(munge, "key"), randomBytes(128), { mode: 0o600 });

  const children = new Map<string, ChildProcess>();
  const daemon = (name: string, program: string, ...args: string[]) => {
    const out = openSync(join(folder, "log", `${name}.out`), "a");
    // A test that is killed takes its cluster along.
    const argv = ["--pdeathsig", "KILL", "--", program, ...args];
    children.set(name, spawn("setpriv", argv, { env, cwd: folder, stdio: ["ignore", out, out] }));
    closeSync(out);
  };
  const logs = () =>
    [...children.keys()]
      .map((name) => `${name}: ${readFileSync(join(folder, "log", `${name}.out`), "utf8")}`)
      .join("\n");
  const patience = { seconds: 60, said: logs };
  const command = async (program: string, ...args: string[]) =>
    (await run(program, args, { env })).stdout;
  const controller = () => daemon("slurmctld", "slurmctld", "-D", "-f", env.SLURM_CONF);
  const slurmd = (name: string) => daemon(name, "slurmd", "-D", "-N", name, "-f", env.SLURM_CONF);
  const takesJobs = async (nodes: readonly string[]) => {
    const args = ["-h", "-o", "%T", "-n", nodes.join(",")];
    const states = await command("sinfo", ...args).catch(() => "");
    return (
      states !== "" &&
      states
        .trim()
        .split("\n")
        .every((state) => /^(idle|mixed|allocated)$/.test(state))
    );
  };
  const endJobs = (name: string) => {
    for (const pid of nodeProcesses(folder, name))
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended meanwhile.
      }
  };
  const stop = async () => {
    await Promise.all(names.map((name) => end(children.get(name))));
    await end(children.get("slurmctld"));
    for (const name of names) endJobs(name);
    await end(children.get("munged"));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    const file = (option: string, name: string) => `--${option}=${join(munge, name)}`;
    daemon(
      "munged",
      "munged",
      "--foreground",
      "--num-threads=2",
      file("key-file", "key"),
      file("socket", "socket"),
      file("pid-file", "pid"),
      file("log-file", "log"),
      file("seed-file", "seed"),
    );
    await until("munged", () => existsSync(join(munge, "socket")), patience);
    controller();
    for (const name of names) slurmd(name);
    await until("the nodes", () => takesJobs(names), patience);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    env,
    folder,
    nodes: names,
    command,
    async killNode(name, { jobs = true, told = true } = {}) {
      await end(children.get(name));
      if (jobs) endJobs(name);
      if (told)
        await command("scontrol", "update", `NodeName=${name}`, "State=DOWN", "Reason=killed");
    },
    async restartNode(name) {
      await end(children.get(name));
      slurmd(name);
      await until(name, () => takesJobs([name]), patience);
    },
    killController: () => end(children.get("slurmctld")),
    async restartController() {
      await end(children.get("slurmctld"));
      controller();
      await until("the nodes", () => takesJobs(names), patience);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
