import { LostSandboxError, type Sandbox } from "@mx/backends";
import { MxError, type Masker } from "@mx/cli";
import { roundedMs } from "@mx/cli/rounded-ms";
import { isResult, noUsage, type Artifact, type CheckResult, type Trial } from "@mx/records";
import { maxTurns, timeoutMs } from "./agent-command.ts";
import { agentEnding, isBundled } from "./agents/agent-ending.ts";
import { attemptTrajectory } from "./agents/attempt-trajectory.ts";
import { unreadTrajectory } from "./agents/unread-trajectory.ts";
import { attemptBase } from "./attempt-base.ts";
import type { AttemptContext } from "./attempt-context.ts";
import { classify, type Classified } from "./classify.ts";
import { endedWithUs } from "./ended-with-us.ts";
import type { AttemptId, ProxyUsage } from "./model-proxy.ts";
import { OutputCapture } from "./output-capture.ts";
import { neededMs } from "./needed-ms.ts";
import type { PlannedTrial } from "./plan.ts";
import { prepareSandbox } from "./prepare-sandbox.ts";
import { readReport } from "./read-report.ts";
import { runAgent } from "./run-agent.ts";
import { runChecks } from "./run-checks.ts";
import { taskSpec } from "./sandbox-spec.ts";
import { saveArtifacts } from "./save-artifacts.ts";
import { servedBy } from "./served-by.ts";
import { splitChecks } from "./split-checks.ts";

/** How long a trial's key outlives its agent's time limit. */
const keySlackMs = 60_000;

type Times = Trial["time_ms"];

/** The record of an attempt, and how to let go of its sandbox, which waits until the record is on disk. */
export interface Attempt {
  record: Trial;
  release: () => Promise<void>;
}

/**
 * One attempt at one trial: sandbox, files, setup, agent, checks.
 *
 * Never throws for what can go wrong with one sandbox: that is an `infra_error` in the record.
 */
export async function runAttempt(
  planned: PlannedTrial,
  attempt: number,
  queuedAt: number,
  context: AttemptContext,
): Promise<Attempt> {
  const started = new Date();
  const time: Times = {
    queue: elapsed(queuedAt),
    sandbox: null,
    agent: null,
    model: null,
    grade: null,
  };
  const base = attemptBase(planned, attempt, context.runId);
  const about: AttemptId = {
    key: planned.key,
    attempt,
    task_id: planned.task.id,
    trial: planned.trial,
    model: planned.model,
    mcp: [...(planned.arm.equipment.mcp?.hosts.keys() ?? [])],
  };
  let sandbox: Sandbox | null = null;
  let done: Partial<Trial> & Classified;
  try {
    const begun = performance.now();
    sandbox = await context.backend.create({
      id: `${planned.key.slice(0, 12)}-${attempt}`,
      network: context.network,
      ...taskSpec(planned.task, planned.arm.flags, context.limits),
      neededMs: neededMs(planned.task, planned.arm.flags),
      signal: context.stop,
      ...(context.proxy?.socket == null ? {} : { modelSocket: context.proxy.socket }),
      ...(context.proxy?.baseUrl == null ? {} : { modelUrl: context.proxy.baseUrl }),
    });
    const fault = await prepareSandbox(sandbox, planned.task, context);
    time.sandbox = elapsed(begun);
    done =
      fault === null
        ? await useSandbox(sandbox, planned, about, time, context)
        : { outcome: context.abort.aborted ? "cancelled" : "infra_error", fault };
  } catch (error) {
    const message = context.masker.text(error instanceof Error ? error.message : String(error));
    // What is wrong with the task or the machine's set-up will be wrong the next time too.
    const retryable = !(error instanceof MxError);
    const name = error instanceof LostSandboxError ? "sandbox_lost" : "sandbox_failed";
    done = context.abort.aborted
      ? cancelled
      : { outcome: "infra_error", fault: { class: name, message, retryable } };
  }
  const record: Trial = {
    ...base,
    output: "",
    usage: noUsage,
    cost_usd: null,
    ...done,
    started_at: started.toISOString(),
    time_ms: time,
    backend: context.backend.name,
    sandbox_id: sandbox?.id ?? null,
    artifacts: done.artifacts ?? {},
  };
  return { record, release: async () => sandbox?.release() };
}

function elapsed(since: number): number {
  return roundedMs(performance.now() - since);
}

/** Runs the agent and, where that gave a result, the checks. */
async function useSandbox(
  sandbox: Sandbox,
  planned: PlannedTrial,
  about: AttemptId,
  time: Times,
  context: AttemptContext,
): Promise<Partial<Trial> & Classified> {
  const limit = timeoutMs(planned, planned.arm.flags);
  const trialKey = (await context.proxy?.keyFor(about, limit + keySlackMs)) ?? null;
  const masker = trialKey === null ? context.masker : context.masker.with(trialKey);
  using stdout = new OutputCapture(masker);
  using stderr = new OutputCapture(masker);
  const result = await runAgent(sandbox, planned, trialKey, limit, { stdout, stderr }, context);
  time.agent = roundedMs(result.elapsedMs);
  const isCancelled = await endedWithUs(result, context.stop);
  const calls: ProxyUsage | null = (await context.proxy?.settle(about)) ?? null;
  time.model = calls?.model_ms == null ? null : roundedMs(calls.model_ms);
  const { loaded, flags, equipment } = planned.arm;
  const report = isBundled(loaded) ? await readReport(sandbox) : null;
  const ending = agentEnding(loaded, {
    maxTurns: maxTurns(planned, flags),
    hasServers: equipment.mcp !== null,
  });
  const classified = classify({ result, calls, report, stderrTail: stderr.tail(), ...ending });
  let checks: CheckResult[] | undefined;
  const { checks: sandboxChecks } = splitChecks(planned.task.checks ?? []);
  if (isResult(classified.outcome) && sandboxChecks.length > 0) {
    const begun = performance.now();
    checks = await runChecks(sandboxChecks, {
      sandbox,
      output: () => stdout.text(),
      signal: context.abort,
      // Explanations quote what the agent has written, which may be its key.
      mask: (text) => masker.text(text),
    });
    time.grade = elapsed(begun);
  }
  // After the checks, as an agent's own program may be what prints it.
  const trajectory = await attemptTrajectory(sandbox, planned, context);
  const artifacts: Record<string, Artifact> = await saveArtifacts(
    { stdout, stderr, trajectory, masker },
    { key: about.key, attempt: about.attempt },
    context.directory,
  );
  return {
    ...(context.abort.aborted || isCancelled
      ? cancelled
      : masked(ungraded(unreadTrajectory(classified, trajectory, loaded), checks), masker)),
    exit_code: result.ended === "exited" ? result.exitCode : null,
    output: stdout.head().toString("utf8"),
    output_bytes: stdout.bytes,
    ...(checks === undefined ? {} : { checks }),
    ...(calls === null ? {} : servedBy(calls)),
    usage: calls?.usage ?? noUsage,
    cost_usd: calls?.calls === 0 ? 0 : (calls?.cost_usd ?? null),
    turns: report?.turns ?? null,
    artifacts,
  };
}

const cancelled: Classified = {
  outcome: "cancelled",
  fault: { class: "killed", message: "cancelled by a signal", retryable: false },
};

/** A check that could not be run makes the attempt one of the infrastructure's failures, not a miss. */
function ungraded(classified: Classified, checks: CheckResult[] | undefined): Classified {
  const broken = checks?.find(({ passed }) => passed === null);
  if (broken === undefined) return classified;
  const message = `check ${broken.name} could not be run: ${broken.explanation ?? ""}`;
  return { outcome: "infra_error", fault: { class: "grade_failed", message, retryable: true } };
}

function masked(classified: Classified, masker: Masker): Classified {
  const { fault } = classified;
  if (fault === undefined) return classified;
  return { ...classified, fault: { ...fault, message: masker.text(fault.message) } };
}
