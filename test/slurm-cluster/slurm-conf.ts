import { userInfo } from "node:os";

/** What a test may want to be different. Times in seconds. */
export interface ClusterOptions {
  /** Names of the nodes. */
  nodes?: readonly string[];
  /** Processors that each node says it has, whatever this machine has: jobs are to run side by side. */
  cpus?: number;
  /** Largest index of an array plus one. */
  maxArraySize?: number;
  /** Most jobs that may be known at a time, those that have ended among them. */
  maxJobCount?: number;
  /** So long a job that has ended is known. */
  minJobAge?: number;
  /** So long a node may be silent before it counts as down. */
  nodeTimeout?: number;
  /** More lines for slurm.conf. */
  lines?: readonly string[];
}

/** The ports that a cluster listens on. */
export interface ClusterPorts {
  controller: number;
  nodes: readonly number[];
}

/** Graphics cards of each node: devices that every machine has, as they are only counted. */
const gpus = ["/dev/null", "/dev/zero"];

/** The names of the nodes, where none are given. */
export const nodeNames = ["node1", "node2"];

/**
 * slurm.conf of a cluster whose controller and nodes are all on this machine, with everything that it writes in
 * `folder`. Partition `main` is the default; jobs of `urgent` take the place of its jobs, which are put back in the
 * queue. No accounting, as on many clusters: a job that has ended is known for MinJobAge.
 */
export function slurmConf(
  folder: string,
  host: string,
  ports: ClusterPorts,
  options: ClusterOptions,
): string {
  const user = userInfo().username;
  const names = options.nodes ?? nodeNames;
  const all = names.join(",");
  return `${[
    "ClusterName=mx",
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${ports.controller}`,
    `SlurmUser=${user}`,
    `SlurmdUser=${user}`,
    "AuthType=auth/munge",
    // A job that is put back waits as long as a credential is good: with the usual 120 s tests would wait too.
    `AuthInfo=socket=${folder}/munge/socket,cred_expire=5`,
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool/%n`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd-%n.pid`,
    `SlurmctldLogFile=${folder}/log/slurmctld`,
    `SlurmdLogFile=${folder}/log/%n`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_CPU",
    "SchedulerType=sched/backfill",
    "SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0",
    "JobAcctGatherType=jobacct_gather/none",
    "AccountingStorageType=accounting_storage/none",
    "SwitchType=switch/none",
    "MpiDefault=none",
    "MailProg=/bin/true",
    "ReturnToService=2",
    `SlurmdTimeout=${options.nodeTimeout ?? 4}`,
    "CompleteWait=0",
    `MinJobAge=${options.minJobAge ?? 300}`,
    `MaxArraySize=${options.maxArraySize ?? 1001}`,
    `MaxJobCount=${options.maxJobCount ?? 10_000}`,
    "JobRequeue=1",
    "PreemptType=preempt/partition_prio",
    "PreemptMode=REQUEUE",
    "SlurmdParameters=config_overrides",
    "GresTypes=gpu",
    ...names.map(
      (name, index) =>
        `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${ports.nodes[index]} ` +
        `CPUs=${options.cpus ?? 8} RealMemory=4096 Gres=gpu:${gpus.length} State=UNKNOWN`,
    ),
    `PartitionName=main Nodes=${all} Default=YES MaxTime=INFINITE State=UP PriorityTier=1`,
    `PartitionName=urgent Nodes=${all} MaxTime=INFINITE State=UP PriorityTier=10`,
    ...(options.lines ?? []),
  ].join("\n")}\n`;
}

/** gres.conf. */
export const gresConf = `Name=gpu File=${gpus.join(",")}\n`;

/** cgroup.conf. Slurm 22.05 loads a plugin of cgroups though nothing asks for one, and version 1 needs nothing. */
export const cgroupConf = "CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n";
