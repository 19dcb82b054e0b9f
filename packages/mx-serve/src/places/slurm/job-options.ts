import { ExitCode, MxError } from "@mx/cli";
import type { ServerPlan } from "../../server-plan.ts";

/** The --slurm.… flags of a server, read. */
export interface JobOptions {
  /** Lines of shell that run on the node before the server, such as `module load cuda`; empty: none. */
  setup: string;
  /** So long before its end the job is replaced, in ms; null: never. */
  renewMs: number | null;
  /** So long a job that was replaced goes on, for calls that are under way, in ms. */
  drainMs: number;
  /** Names of variables that go along to the node. */
  exports: string[];
  /** All others: long options of sbatch. */
  sbatch: Record<string, string>;
}

/** Where programs, caches and proxies are, as a shell is told. */
const usual = [
  "CONDA_PREFIX",
  "HF_HOME",
  "HF_HUB_CACHE",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "LD_LIBRARY_PATH",
  "NO_PROXY",
  "SSL_CERT_FILE",
  "VIRTUAL_ENV",
  "XDG_CACHE_HOME",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

function usage(message: string, hint: string): MxError {
  return new MxError(message, { code: "slurm_option", exitCode: ExitCode.usage, hint });
}

function duration(name: string, text: string | undefined, unitMs: number): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    const unit = unitMs === 1000 ? "seconds" : "minutes";
    throw usage(`--slurm.${name}=${text} is not a number of ${unit}`, `--slurm.${name}=10`);
  }
  return value * unitMs;
}

function names(text: string | undefined): string[] {
  const list = (text ?? "").split(",").filter((name) => name !== "");
  const wrong = list.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (wrong === undefined) return list;
  throw usage(
    `--slurm.export takes names of variables, and ${JSON.stringify(wrong)} is none`,
    "set the variable, and name it: --slurm.export=HF_HOME,MY_SETTING",
  );
}

/** What the plan asks of a node, where no flag asks for it. A type of card goes by another name on each cluster. */
function wanted({ record, infra }: ServerPlan, given: Record<string, string>) {
  const asks = (...options: string[]) => options.some((option) => option in given);
  return {
    ...(record.gpu === null || asks("gres", "gpus", "gpus-per-node", "gpus-per-task")
      ? {}
      : { gres: `gpu:${record.gpu.count}` }),
    ...(infra.cpu === undefined || asks("cpus-per-task", "exclusive")
      ? {}
      : { "cpus-per-task": String(Math.ceil(infra.cpu)) }),
    ...(infra.memory_mib === undefined || asks("mem", "mem-per-cpu", "mem-per-gpu")
      ? {}
      : { mem: `${infra.memory_mib}M` }),
    ...(asks("time") ? {} : { time: String(Math.ceil(infra.timeout_s / 60)) }),
    // Put back in the queue it would be up again when nobody waits for it, at another address.
    ...(asks("requeue", "no-requeue") ? {} : { "no-requeue": "" }),
  };
}

/** Reads the --slurm.… flags. Throws MxError 2 where one cannot be meant; those of sbatch it judges itself. */
export function jobOptions(plan: ServerPlan, given: Record<string, string>): JobOptions {
  const { setup = "", renew, drain, export: exported, ...sbatch } = given;
  return {
    setup,
    renewMs: duration("renew", renew, 60_000),
    drainMs: duration("drain", drain, 1000) ?? 60_000,
    exports: [...new Set([...usual, ...plan.record.secrets, ...names(exported)])],
    sbatch: { ...wanted(plan, sbatch), ...sbatch },
  };
}
