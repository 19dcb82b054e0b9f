import { startCluster } from "../support/slurm-cluster.ts";

/** A cluster for a person to try things on, until Ctrl-C. */
const cluster = await startCluster();
process.stdout.write(`export SLURM_CONF=${cluster.env.SLURM_CONF}\n`);
process.stderr.write(
  `A Slurm cluster with nodes ${cluster.nodes.join(" and ")} runs until Ctrl-C. In another shell, give the line above, then: sinfo\n`,
);
const alive = setInterval(() => {}, 60_000);
const stop = () => {
  clearInterval(alive);
  void cluster.stop();
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);
