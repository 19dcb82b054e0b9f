import type { Slurm } from "@mx/backends/slurm";
import { replaceFile } from "@mx/store/replace-file";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { diedError, waitUntilReady } from "../../probe/wait-until-ready.ts";
import type { ServerPlan } from "../../server-plan.ts";
import { placeFiles } from "../local/place-files.ts";
import type { PlaceContext, ServerEnd } from "../place.ts";
import { checkKey, isOwned, watchForStranger, whyNotOwned } from "./check-owner.ts";
import { jobBaseUrl } from "./job-base-url.ts";
import type { JobOptions } from "./job-options.ts";
import { jobScript } from "./job-script.ts";
import type { JobStatus } from "./job-status.ts";
import { ServerJob } from "./server-job.ts";
import type { JobHandle } from "./slurm-handle.ts";

/** What a job is started from. */
export interface JobStart {
  plan: ServerPlan;
  context: PlaceContext;
  slurm: Slurm;
  options: JobOptions;
  /** Keeps how the job is found: called before it is submitted, and again with its id. */
  keep: (handle: JobHandle) => Promise<void>;
}

/** A job whose server has answered a probe. */
export interface StartedJob {
  job: ServerJob;
  status: JobStatus;
  models: string[];
}

const lookMs = 300;
const keptJobs = 9;
/** How often is said that it waits, where nothing changes, in ms. */
const tellMs = 60_000;
/** So long a job may wait without a reason before that is said, in ms: most begin at once. */
const quietMs = 5_000;

/** Submits a job that serves and waits until it does. Where this rejects, nothing of it is left. */
export async function startJob(start: JobStart): Promise<StartedJob> {
  const { context } = start;
  const { name } = context.folder;
  const { job, script } = await prepare(start);
  const ended = job.ended();
  const over = new AbortController();
  try {
    await submit(job, script, start);
    const death = ended.then((end) => Promise.reject(diedError(name, end)));
    death.catch(() => {});
    // Whichever of these comes first, the others end with it.
    const stop = AbortSignal.any([context.stop, over.signal]);
    await Promise.race([untilRunning(job, { ...context, stop }), death]);
    const models = await Promise.race([
      answers(job, ended, { ...start, context: { ...context, stop } }),
      stranger(job, name, stop),
    ]);
    job.serving();
    return { job, status: job.status as JobStatus, models };
  } catch (error) {
    await job.cancel(context.hurry).catch((failure: Error) => {
      context.note(`job ${job.handle.job ?? job.handle.job_name} may be left: ${failure.message}`);
    });
    throw error;
  } finally {
    over.abort();
  }
}

/** Waits for an answer. Nobody is asked before the node has seen that the port is the server's. */
function answers(
  job: ServerJob,
  ended: Promise<ServerEnd>,
  { plan, context }: JobStart,
): Promise<string[]> {
  const { name } = context.folder;
  const key = context.key?.value ?? null;
  return waitUntilReady({
    name,
    probe: plan.probe,
    target: () => (isOwned(job.status) ? { baseUrl: jobBaseUrl(plan, job.status), key } : null),
    noTarget: () => whyNotOwned(job.status),
    timeoutMs: plan.startupTimeoutMs,
    ended,
    stop: context.stop,
    note: context.note,
    lastLine: async () => (await job.tail(1)) || null,
    tail: () => job.tail(),
    verify: () => checkKey(job.status, name, plan, key),
  });
}

async function stranger(job: ServerJob, name: string, over: AbortSignal): Promise<never> {
  await watchForStranger(job, name, over);
  return new Promise(() => {});
}

async function prepare({ plan, context, slurm, options }: JobStart) {
  const { folder, key } = context;
  const jobName = `mx-serve-${folder.name.replaceAll(/[^A-Za-z0-9._-]/g, "-")}-${randomBytes(4).toString("hex")}`;
  const jobFolder = join(folder.path, "jobs", jobName);
  await forgetOldJobs(join(folder.path, "jobs"));
  await placeFiles(folder.path, plan.files);
  await mkdir(jobFolder, { recursive: true, mode: 0o700 });
  const handle: JobHandle = { job: null, job_name: jobName, job_folder: jobFolder };
  const job = new ServerJob({ name: folder.name, handle, slurm, key: key?.value ?? null });
  const script = jobScript({
    plan,
    folder: folder.path,
    jobFolder,
    log: job.log,
    token: randomUUID(),
    withKey: Boolean(key),
    setup: options.setup,
  });
  // For who wants to see what ran; Slurm gets its own copy.
  await replaceFile(join(jobFolder, "script"), (file) => file.writeFile(script), { mode: 0o700 });
  return { job, script };
}

/** Logs of the last jobs stay; the newest of them may still run. */
async function forgetOldJobs(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  const jobs = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  const old = jobs.toSorted((one, other) => other.at - one.at).slice(keptJobs);
  for (const { name } of old) await rm(join(folder, name), { recursive: true, force: true });
}

async function submit(
  job: ServerJob,
  script: string,
  { context, slurm, options, keep }: JobStart,
): Promise<void> {
  await keep(job.handle);
  context.stop.throwIfAborted();
  const id = await slurm.submit({
    name: job.handle.job_name,
    script,
    workdir: context.folder.path,
    // Slurm reads % in a path as the start of a pattern.
    output: job.log.replaceAll("%", "%%"),
    options: options.sbatch,
    exports: options.exports,
  });
  job.submitted(id);
  await keep(job.handle);
  await pointAt(context.folder.log, job.log);
}

/** Where people look for the log is that of the newest job. */
async function pointAt(link: string, log: string): Promise<void> {
  const fresh = `${link}.new`;
  await rm(fresh, { force: true });
  await symlink(log, fresh);
  await rename(fresh, link);
}

/** Resolves when it runs. A queue may take days: only a signal ends the waiting. */
async function untilRunning(job: ServerJob, { folder, note, stop }: PlaceContext): Promise<void> {
  let told: string | null = null;
  let toldAt = performance.now() - tellMs + quietMs;
  for (;;) {
    stop.throwIfAborted();
    const { latest } = job;
    if (latest !== null && latest.state !== "pending") return;
    const now = performance.now();
    const reason = latest?.reason ?? null;
    if (latest !== null && (reason !== told || now - toldAt > tellMs)) {
      note(`${folder.name} waits as job ${latest.id}${reason === null ? "" : `: ${reason}`}`);
      told = reason;
      toldAt = now;
    }
    await sleep(lookMs, undefined, { signal: stop }).catch(() => {});
  }
}
