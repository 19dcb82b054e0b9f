import { processes } from "@mx/cli/testing/processes";
import type { Trial } from "@mx/records";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { start } from "./run-bin.ts";

const trials = 40;
const mostKills = 3;

/** What a number of killed and resumed runs came to. */
export interface KillCounts {
  runs: number;
  kills: number;
  trials: number;
  /** Trials that do not have exactly one result at the end. */
  wrong: number;
  /** Trials that had a result and ran again. */
  ranTwice: number;
  /** Processes of sandboxes that were left after a kill. */
  leftOver: number;
}

/** Processes whose command line holds a text. */
const processesWith = (marker: string) =>
  processes((read) => read("cmdline").includes(marker)).filter((pid) => pid !== process.pid);

/** Processes that are still there after they had a second to go. */
async function leftOver(marker: string): Promise<number> {
  for (let waited = 0; waited < 1000; waited += 50) {
    if (processesWith(marker).length === 0) return 0;
    await sleep(50);
  }
  return processesWith(marker).length;
}

function journal(home: string, runId: string): Trial[] {
  const path = join(home, "runs", runId, "trials.ndjson");
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  // The last piece is empty, or a line that the kill cut in half.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Trial);
}

const resultsOf = (all: Trial[]) =>
  all.filter(({ outcome }) => ["completed", "failed"].includes(outcome));

/** How often each trial was started: each writes its name into a file that only `process` can reach. */
function starts(witness: string): Map<string, number> {
  const counts = new Map<string, number>();
  if (!existsSync(witness)) return counts;
  for (const id of readFileSync(witness, "utf8").split("\n"))
    counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/**
 * Runs of 40 short trials, each killed with SIGKILL at one to three random moments and resumed until it is done.
 * Every fourth runs without isolation, where a witness file can show what was started.
 */
export async function killRuns(
  runs: number,
  progress: (counts: KillCounts) => void,
): Promise<KillCounts> {
  const counts: KillCounts = { runs: 0, kills: 0, trials: 0, wrong: 0, ranTwice: 0, leftOver: 0 };
  for (let run = 0; run < runs; run += 1) {
    const folder = mkdtempSync(join(tmpdir(), "mx-kill-"));
    try {
      await killRun(folder, run % 4 === 3 ? "process" : "local", counts);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    counts.runs += 1;
    counts.trials += trials;
    progress(counts);
  }
  return counts;
}

async function killRun(
  folder: string,
  backend: "local" | "process",
  counts: KillCounts,
): Promise<void> {
  const home = join(folder, "home");
  mkdirSync(home);
  const [tasks, witness] = [join(folder, "tasks.ndjson"), join(folder, "witness")];
  const ids = Array.from({ length: trials }, (_, n) => `task-${n}`);
  writeFileSync(tasks, ids.map((id) => `${JSON.stringify({ id, prompt: id })}\n`).join(""));
  const marker = `mx-kill-marker-${process.pid}-${counts.runs}`;
  const script = `: ${marker}; ${backend === "process" ? `echo $0 >> ${witness}; ` : ""}sleep 0.06; echo $0`;
  const args = [
    "--batch",
    tasks,
    "--backend",
    backend,
    "--quiet",
    "--",
    "sh",
    "-c",
    script,
    "{id}",
  ];
  const runOnce = (killAfter: number | null) => {
    const known = existsSync(join(home, "runs", "run"));
    const child = start(
      "mx-sandbox",
      [...(known ? ["--resume", "run"] : ["--run-id", "run"]), ...args],
      { MX_HOME: home },
    );
    const timer =
      killAfter === null ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
    return child.then((ended) => {
      clearTimeout(timer);
      return ended;
    });
  };

  const kills = 1 + Math.floor(Math.random() * mostKills);
  for (let kill = 0; kill < kills; kill += 1) {
    const before = { finished: resultsOf(journal(home, "run")), starts: starts(witness) };
    const { signal } = await runOnce(50 + Math.random() * 850);
    if (signal === "SIGKILL") counts.kills += 1;
    if (backend === "local") counts.leftOver += await leftOver(marker);
    counts.ranTwice += ranAgain(before, starts(witness));
  }
  const before = { finished: resultsOf(journal(home, "run")), starts: starts(witness) };
  const { exitCode, stderr } = await runOnce(null);
  if (exitCode !== 0) throw new Error(`the last run ended with ${exitCode}: ${String(stderr)}`);
  counts.ranTwice += ranAgain(before, starts(witness));

  const results = resultsOf(journal(home, "run"));
  for (const id of ids) {
    if (results.filter(({ task_id }) => task_id === id).length !== 1) counts.wrong += 1;
  }
}

/** Finished trials that were started once more. */
function ranAgain(
  before: { finished: Trial[]; starts: Map<string, number> },
  now: Map<string, number>,
): number {
  return before.finished.filter(
    ({ task_id }) => (now.get(task_id) ?? 0) > (before.starts.get(task_id) ?? 0),
  ).length;
}
