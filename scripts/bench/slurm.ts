import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasSlurm, startCluster } from "../../test/support/slurm-cluster.ts";

const bin = join(import.meta.dirname, "../../node_modules/.bin");
/** Of the test cluster: two nodes of eight. */
const cpus = 16;
const [elements, parallel] = [4, 4];
const trialSeconds = 0.5;
const command = `sleep ${trialSeconds}; echo done`;

function seconds(program: string, args: string[], env: NodeJS.ProcessEnv, cwd: string): number {
  const began = performance.now();
  const { status } = spawnSync(program, args, { env, cwd, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
  return (performance.now() - began) / 1000;
}

/** Trials of half a second on a cluster of two nodes, against `sbatch --array` of the bare command on as many CPUs. */
export async function* slurm(short: boolean) {
  if (!hasSlurm) return;
  const [count, rounds] = short ? [64, 1] : [480, 2];
  const cluster = await startCluster({ maxArraySize: count + 1 });
  const folder = join(cluster.folder, "shared", "bench");
  try {
    mkdirSync(folder, { recursive: true });
    const tasks = join(folder, "tasks.ndjson");
    const lines = Array.from({ length: count }, (_, n) => `{"id":"task-${n}","prompt":"x"}\n`);
    writeFileSync(tasks, lines.join(""));
    const best = { ours: Infinity, bare: Infinity };
    // In turns, because the machine may be busy with something else.
    for (let round = 0; round < rounds; round += 1) {
      const env = { ...process.env, ...cluster.env, MX_HOME: join(folder, `home-${round}`) };
      const array = [`--array=0-${count - 1}`, "--cpus-per-task=1", "--output=/dev/null"];
      best.bare = Math.min(
        best.bare,
        seconds("sbatch", ["--wait", "--quiet", ...array, `--wrap=${command}`], env, folder),
      );
      const flags = [
        "--backend",
        "slurm",
        "--quiet",
        "--batch",
        tasks,
        "--parallel",
        `${parallel}`,
      ];
      const options = [`--slurm.shards=${elements}`, `--slurm.cpus-per-task=${cpus / elements}`];
      const argv = [...flags, ...options, "--", "sh", "-c", command];
      best.ours = Math.min(best.ours, seconds(join(bin, "mx-sandbox"), argv, env, folder));
      rmSync(join(folder, `home-${round}`), { recursive: true, force: true });
    }
    const ideal = (count * trialSeconds) / cpus;
    const overheadMs = (wall: number) => Math.round(((wall - ideal) / count) * 1000);
    yield {
      what: `${count} trials of ${trialSeconds} s on ${cpus} CPUs of two nodes, in seconds, best of ${rounds}; mx in isolated sandboxes, in ${elements} elements`,
      mx_sandbox: Number(best.ours.toFixed(2)),
      sbatch_array: Number(best.bare.toFixed(2)),
      ideal: Number(ideal.toFixed(2)),
      ratio: Number((best.ours / best.bare).toFixed(2)),
      mx_overhead_ms_per_trial: overheadMs(best.ours),
      sbatch_overhead_ms_per_trial: overheadMs(best.bare),
    };
  } finally {
    await cluster.stop();
  }
}
