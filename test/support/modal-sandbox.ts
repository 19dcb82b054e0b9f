import type { Emulator } from "@mx/modal-emulator";
import type { Trial } from "@mx/records";
import { ofType, runBin } from "./run-bin.ts";

/** What a run at an emulated Modal came to. */
export interface ModalRun {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  trials: Trial[];
}

/** Runs mx-sandbox with `--backend modal` on tasks, against an emulator. */
export async function runAtModal(
  emulator: Emulator,
  env: Record<string, string>,
  tasks: object[],
  args: string[],
): Promise<ModalRun> {
  const input = tasks.map((task) => `${JSON.stringify(task)}\n`).join("");
  const all = ["--backend", "modal", "--quiet", ...args];
  const ended = await runBin("mx-sandbox", all, { ...env, ...emulator.env }, input);
  const trials = ofType<Trial>(ended.stdout, "trial");
  return { ...ended, trials };
}

/** Sandboxes that have not ended. */
export function running(emulator: Emulator): string[] {
  return emulator
    .sandboxes()
    .filter(({ state }) => state !== "finished")
    .map(({ id }) => id);
}
