import type { Flags } from "../flags.ts";
import { usageError } from "../usage-error.ts";

/** Backends that an element can have on its node. */
const nodeBackends = ["local", "process", "container"] as const;
type NodeBackend = (typeof nodeBackends)[number];

/** What `--slurm.…` says. */
export interface SlurmSettings {
  /** Where the trials of an element run, on its node. */
  backend: NodeBackend;
  /** Shell commands before mx is started on a node; empty: none. */
  setup: string;
  /** How many parts the run is cut into; null: by the number of trials. */
  shards: number | null;
  /** Elements that may run at the same time; null: as Slurm sees fit. */
  elements: number | null;
  /** Names of further variables that go along. */
  exports: string[];
  /** Long options of sbatch, without the dashes. */
  options: Record<string, string>;
}

/** Options of sbatch that mx needs for itself. */
const taken = new Set(
  "array chdir error input job-name open-mode output parsable test-only uid wait wrap".split(" "),
);

/** How long before the end of its time an element takes no new trials, in seconds. */
const noticeS = 120;

/** Reads `--slurm.…`. Throws MxError 2 for what has no meaning, or one that mx gives itself. */
export function readSlurmSettings(flags: Flags): SlurmSettings {
  checkRefused(flags);
  const {
    setup = "",
    shards,
    elements,
    backend = "local",
    export: exported,
    ...options
  } = flags.slurm;
  for (const name of Object.keys(options)) {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) {
      throw usageError(
        `--slurm.${name} is no option of sbatch`,
        "write its long name without the dashes, such as --slurm.gres=gpu:1",
      );
    }
    if (taken.has(name)) throw usageError(`--slurm.${name} is mx's own`, "leave it out");
  }
  if (!isNodeBackend(backend)) {
    throw usageError(
      `--slurm.backend: expected ${nodeBackends.join(" or ")}, not ${JSON.stringify(backend)}`,
      "say where the trials of an element run on their node",
    );
  }
  const short = (minutesOf(options["time"]) ?? Infinity) * 60 < 5 * noticeS;
  return {
    backend,
    setup,
    shards: count("shards", shards),
    elements: count("elements", elements),
    exports: names(exported),
    options: {
      ...("no-requeue" in options ? {} : { requeue: "" }),
      // A short job would get it at once: Slurm sends it up to a minute early.
      ...(short ? {} : { signal: `B:INT@${noticeS}` }),
      ...options,
    },
  };
}

function isNodeBackend(text: string): text is NodeBackend {
  return (nodeBackends as readonly string[]).includes(text);
}

function count(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw usageError(`--slurm.${name}: expected a number from 1, not ${JSON.stringify(text)}`, "");
}

function names(text: string | undefined): string[] {
  const all = (text ?? "").split(",").filter((name) => name !== "");
  const bad = all.find((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (bad === undefined) return all;
  throw usageError(
    "--slurm.export takes names of variables only",
    "a value on the command line can be read by everybody; set the variable and name it",
  );
}

/** What means something on one machine only. */
function checkRefused(flags: Flags): void {
  const refused = {
    "--budget-usd": flags.budgetUsd,
    "--budget-tokens": flags.budgetTokens,
    "--preflight": flags.preflight || undefined,
    "--modal-results-volume": flags.modalResultsVolume,
  };
  const [given] = Object.entries(refused).find(([, value]) => value !== undefined) ?? [];
  if (given === undefined) return;
  const hint = given.startsWith("--budget")
    ? "start mx-proxy with it where all nodes reach it, and give its address as --api-url; --trial-budget-… hold on each node"
    : given === "--preflight"
      ? "run it with --backend local first"
      : "push the run when it has ended";
  throw usageError(`${given} cannot be held over several nodes`, hint);
}

/** Minutes of sbatch's --time; null: none, or one that Slurm may understand. */
function minutesOf(text: string | undefined): number | null {
  const [, days = "0", rest = ""] = /^(?:(\d+)-)?([\d:]+)$/.exec(text ?? "") ?? [];
  const parts = rest.split(":").map(Number);
  if (rest === "" || parts.some(Number.isNaN)) return null;
  const [a = 0, b = 0, c = 0] = parts;
  if (text?.includes("-")) return Number(days) * 1440 + a * 60 + b + c / 60;
  return parts.length === 3 ? a * 60 + b + c / 60 : a + b / 60;
}
