import { startEmulator, type Emulator } from "@mx/modal-emulator";
import type { Trial } from "@mx/records";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { running } from "./modal-sandbox.ts";
import { runBin, start } from "./run-bin.ts";

const trials = 24;

/** What a number of SIGKILLs of mx-sandbox, at an emulated Modal, came to. */
export interface ModalKillCounts {
  runs: number;
  kills: number;
  trials: number;
  /** Trials that do not have exactly one result at the end. */
  wrong: number;
  /** Trials that had a result and ran again. */
  ranTwice: number;
  /** Sandboxes that the kills left, and gc ended. */
  collected: number;
  /** Sandboxes that are left after gc. */
  leftOver: number;
  /** Images that were built, and files that were uploaded, more than once. */
  doneTwice: number;
}

/** Runs of 24 short trials, each killed at random moments and resumed; `kills` SIGKILLs in all. */
export async function killModalRuns(
  kills: number,
  progress: (counts: ModalKillCounts) => void,
): Promise<ModalKillCounts> {
  const counts: ModalKillCounts = {
    runs: 0,
    kills: 0,
    trials: 0,
    wrong: 0,
    ranTwice: 0,
    collected: 0,
    leftOver: 0,
    doneTwice: 0,
  };
  // One Modal for all: what a run built and brought there is there for the next.
  await using emulator = await startEmulator();
  while (counts.kills < kills) {
    const folder = mkdtempSync(join(tmpdir(), "mx-kill-modal-"));
    try {
      await killRun(folder, emulator, Math.min(4, kills - counts.kills), counts);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    counts.runs += 1;
    counts.trials += trials;
    progress(counts);
  }
  counts.doneTwice =
    emulator.images().filter(({ timesBuilt }) => timesBuilt !== 1).length +
    (emulator.images().length - 1) +
    (emulator.uploads - 1);
  return counts;
}

async function killRun(
  folder: string,
  emulator: Emulator,
  kills: number,
  counts: ModalKillCounts,
): Promise<void> {
  const env = { MX_HOME: join(folder, "home"), ...emulator.env };
  const tasks = join(folder, "tasks.ndjson");
  const ids = Array.from({ length: trials }, (_, n) => `task-${n}`);
  writeFileSync(tasks, ids.map((id) => `${JSON.stringify({ id, prompt: id })}\n`).join(""));
  const agent = ["--", "sh", "-c", "sleep 0.05; echo $0", "{id}"];
  const args = ["--backend", "modal", "--batch", tasks, "--quiet", ...agent];
  const journal = join(folder, "home/runs/run/trials.ndjson");

  const made = () => emulator.sandboxes().length;
  for (let kill = 0; kill <= kills; kill += 1) {
    const finished = resultsIn(journal).length;
    const before = made();
    const known = existsSync(join(folder, "home/runs/run"));
    const child = start(
      "mx-sandbox",
      [...(known ? ["--resume", "run"] : ["--run-id", "run"]), ...args],
      env,
    );
    const timer =
      kill === kills
        ? undefined
        : setTimeout(() => child.kill("SIGKILL"), 300 + Math.random() * 2500);
    const { signal, exitCode, stderr } = await child;
    clearTimeout(timer);
    if (signal === "SIGKILL") counts.kills += 1;
    else if (exitCode !== 0) throw new Error(`a run ended with ${exitCode}: ${String(stderr)}`);
    counts.ranTwice += Math.max(0, made() - before - (trials - finished));
    if (signal !== "SIGKILL") break;
  }
  counts.collected += running(emulator).length;
  const { exitCode, stderr } = await runBin("mx-sandbox", ["gc", "--run", "run"], env);
  if (exitCode !== 0) throw new Error(`gc ended with ${exitCode}: ${stderr}`);
  counts.leftOver += running(emulator).length;
  const results = resultsIn(journal);
  for (const id of ids) {
    if (results.filter(({ task_id }) => task_id === id).length !== 1) counts.wrong += 1;
  }
}

function resultsIn(journal: string): Trial[] {
  if (!existsSync(journal)) return [];
  const lines = readFileSync(journal, "utf8").split("\n").slice(0, -1);
  return lines
    .map((line) => JSON.parse(line) as Trial)
    .filter(({ outcome }) => outcome === "completed");
}
