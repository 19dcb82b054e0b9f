import type { Backend, Limits, Network } from "@mx/backends";
import { mapConcurrent, Masker } from "@mx/cli";
import { taskDigest, type DoctorCheck, type Solution, type Task } from "@mx/records";
import { timeoutMs } from "./agent-command.ts";
import type { Flags } from "./flags.ts";
import { neededMs } from "./needed-ms.ts";
import { OutputCapture } from "./output-capture.ts";
import { withImage } from "./plan.ts";
import { placeSolution } from "./place-solution.ts";
import { prepareSandbox } from "./prepare-sandbox.ts";
import type { TaskSource } from "./read-tasks.ts";
import { runChecks } from "./run-checks.ts";
import { taskSpec } from "./sandbox-spec.ts";
import { splitChecks } from "./split-checks.ts";

/** What the sandboxes of a preflight are made with. */
export interface PreflightContext {
  flags: Flags;
  backend: Backend;
  network: Network;
  limits: Limits;
  stop: AbortSignal;
  abort: AbortSignal;
}

/** What came of one go at a task without a model. `passed` null: it could not be judged. */
interface Go {
  passed: boolean | null;
  detail: string;
}

/**
 * Goes at each task twice without a model: as its solution says, which has to pass the checks, and without doing
 * anything, which must not. One record each, and one that says so where a task has no solution, or no check that a
 * sandbox can run. Returns false where a model would be asked in vain.
 */
export async function* preflight(
  tasks: TaskSource["tasks"],
  context: PreflightContext,
): AsyncGenerator<DoctorCheck, boolean> {
  let isGood = true;
  const { flags, stop } = context;
  const found = mapConcurrent(
    tasks,
    flags.parallel,
    (task) => checkTask(withImage(task, flags.image), context),
    { signal: stop },
  );
  for await (const records of found) {
    isGood &&= records.every(({ ok, not_run }) => ok || not_run === true);
    yield* records;
  }
  return isGood;
}

async function checkTask(task: Task, context: PreflightContext): Promise<DoctorCheck[]> {
  if (splitChecks(task.checks ?? []).checks.length === 0) {
    return [notRun(`${task.id}: checks`, "the task has no check that runs in a sandbox")];
  }
  const gold =
    task.solution === undefined
      ? notRun(`${task.id}: solution`, "the task has no solution")
      : await solved(task, task.solution, context);
  const idle = await go(task, null, context);
  return [
    gold,
    {
      ...record(`${task.id}: doing nothing`, idle.detail),
      ok: idle.passed === false,
      ...(idle.passed === true && { fix: "give the task a check that fails until it is done" }),
    },
  ];
}

async function solved(
  task: Task,
  solution: Solution,
  context: PreflightContext,
): Promise<DoctorCheck> {
  const { passed, detail } = await go(task, solution, context);
  return {
    ...record(`${task.id}: solution`, detail),
    ok: passed === true,
    ...(passed === false && { fix: "correct the solution, or the checks" }),
  };
}

function record(name: string, detail: string): Omit<DoctorCheck, "ok"> {
  return { type: "check", version: 1, phase: "preflight", name, detail };
}

function notRun(name: string, detail: string): DoctorCheck {
  return { ...record(name, detail), ok: false, not_run: true };
}

/** One go in a sandbox of its own, with the network that a trial has, less the model. */
async function go(task: Task, solution: Solution | null, context: PreflightContext): Promise<Go> {
  const { backend, flags, limits, stop, abort } = context;
  const masker = new Masker([]);
  try {
    const sandbox = await backend.create({
      ...taskSpec(task, flags, limits),
      id: `${taskDigest(task).slice(0, 12)}-${solution === null ? "idle" : "gold"}`,
      network: context.network === "full" ? "full" : "none",
      neededMs: neededMs(task, flags),
      signal: stop,
    });
    try {
      const fault = await prepareSandbox(sandbox, task, { masker, abort });
      if (fault !== null) return { passed: null, detail: fault.message };
      using stdout = new OutputCapture(masker);
      using stderr = new OutputCapture(masker);
      const solutionMounts = solution === null ? [] : await placeSolution(sandbox, solution);
      let said = "";
      if (solution?.command !== undefined) {
        const { ended, exitCode } = await sandbox.exec({
          argv: ["sh", "-c", solution.command],
          env: { MX_TASK_ID: task.id },
          mounts: solutionMounts,
          timeoutMs: timeoutMs({ task }, flags),
          signal: abort,
          onStdout: (chunk) => stdout.add(chunk),
          onStderr: (chunk) => stderr.add(chunk),
        });
        if (ended !== "exited" || exitCode !== 0) {
          said = `; the solution's command: ${ended === "exited" ? `exit ${exitCode}` : ended}: ${stderr.tail()}`;
        }
      }
      stdout.end();
      stderr.end();
      const results = await runChecks(splitChecks(task.checks ?? []).checks, {
        sandbox,
        output: () => stdout.text(),
        signal: abort,
        mask: (text) => text,
      });
      const missed = results.filter(({ passed }) => passed !== true);
      const why = missed.map(({ name, explanation }) => `${name}: ${explanation ?? "failed"}`);
      const passed = results.some((result) => result.passed === null) ? null : missed.length === 0;
      const detail = missed.length === 0 ? "passes all checks" : why.join("; ");
      return { passed, detail: `${detail}${said}` };
    } finally {
      await sandbox.release();
    }
  } catch (error) {
    return { passed: null, detail: (error as Error).message };
  }
}
