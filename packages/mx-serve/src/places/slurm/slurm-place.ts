import { openSlurm, isOver, type Slurm } from "@mx/backends/slurm";
import { ExitCode, MxError } from "@mx/cli";
import type { Endpoint } from "@mx/records";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { probedState } from "../../probe/probed-state.ts";
import { followLog } from "../../servers/follow-log.ts";
import type { ServerPlan } from "../../server-plan.ts";
import type { Place, PlaceContext, RunningServer } from "../place.ts";
import { namedKeys } from "../local/named-keys.ts";
import { startingEndpoint } from "../starting-endpoint.ts";
import { followMoves } from "./follow-moves.ts";
import { jobBaseUrl } from "./job-base-url.ts";
import { jobOptions } from "./job-options.ts";
import { renewJobs } from "./renew-job.ts";
import { ServerJob } from "./server-job.ts";
import { slurmHandle, type JobHandle, type SlurmHandle } from "./slurm-handle.ts";
import { SlurmServer } from "./slurm-server.ts";
import { startJob, type StartedJob } from "./start-job.ts";

/** Servers as jobs of Slurm. Each runs on a node that shares the server's folder with us. */
export class SlurmPlace implements Place {
  readonly name = "slurm";

  async up(plan: ServerPlan, context: PlaceContext): Promise<RunningServer> {
    const { folder, note } = context;
    const options = jobOptions(plan, context.options);
    if (options.renewMs !== null && context.detach) throw noDetach();
    const keys = await namedKeys(plan.record.secrets, context.env);
    const slurm = await openSlurm({ env: { ...context.env, ...keys }, note });
    if (!context.key) note(`${folder.name} asks for no key: whoever reaches its node can use it`);
    const begun = { plan, context, slurm, options };
    const keepFirst = (handle: JobHandle) =>
      folder.writeEndpoint(endpointOf(plan, context, { ...handle, successor: null }, null));
    const first = await startJob({ ...begun, keep: keepFirst });
    const server = new SlurmServer(recordOf(plan, context, first), first.job, context.hurry);
    if (options.renewMs !== null) {
      const renewal = renewJobs({
        server,
        renewMs: options.renewMs,
        drainMs: options.drainMs,
        note,
        start: (keep, stop) => startJob({ ...begun, context: { ...context, stop }, keep }),
        record: (job) => recordOf(plan, context, job),
        keepSuccessor: async (successor) => {
          const { endpoint } = server;
          server.endpoint = { ...endpoint, handle: { ...endpoint.handle, successor } };
          await folder.writeEndpoint(server.endpoint);
        },
      });
      server.beside(renewal);
    }
    return server;
  }

  async attach(
    endpoint: Endpoint,
    _plan: ServerPlan,
    context: PlaceContext,
  ): Promise<RunningServer> {
    const { env, note, folder } = context;
    const slurm = await openSlurm({ env, note });
    const jobOf = (handle: JobHandle) => {
      const job = jobIn(handle, folder.name, slurm, context.key?.value ?? null);
      job.serving();
      return job;
    };
    const server = new SlurmServer(endpoint, jobOf(handleOf(endpoint)), context.hurry);
    server.beside(followMoves(server, folder, jobOf));
    return server;
  }

  async state(endpoint: Endpoint, { env }: Pick<PlaceContext, "env">): Promise<Endpoint["state"]> {
    const handle = slurmHandle(endpoint);
    if (handle === null) return "failed";
    const job = jobIn(handle, endpoint.name, await openSlurm({ env }), null);
    const known = await job.ask();
    if (known === null || isOver(known.state))
      return endpoint.state === "stopped" ? "stopped" : "failed";
    const { status } = await job.read();
    if (known.state === "pending" || status === null) return "starting";
    if (status.owner === "stranger") return "failed";
    if (endpoint.state === "starting") return "starting";
    return probedState(endpoint, handle);
  }

  async stop(endpoint: Endpoint, { env, note }: Pick<PlaceContext, "env" | "note">) {
    const handle = slurmHandle(endpoint);
    if (handle === null) return false;
    const slurm = await openSlurm({ env, note });
    const jobs = handle.successor === null ? [handle] : [handle, handle.successor];
    const ended = await Promise.all(
      jobs.map((job) => jobIn(job, endpoint.name, slurm, null).cancel()),
    );
    return ended.includes(true);
  }

  async *logs(
    endpoint: Endpoint,
    { env, stop, folder }: Pick<PlaceContext, "env" | "stop" | "folder">,
    follow: boolean,
  ): AsyncGenerator<string> {
    let handle = slurmHandle(endpoint);
    const slurm = follow ? await openSlurm({ env }) : null;
    while (handle !== null) {
      const job: ServerJob | null = slurm && jobIn(handle, endpoint.name, slurm, null);
      let isOverNow = job === null;
      void job?.ended().then(() => (isOverNow = true));
      const path = join(handle.job_folder, "log");
      while (!isOverNow && !stop.aborted && !existsSync(path)) await sleep(500);
      yield* followLog(path, { follow, stop, isOver: () => isOverNow });
      job?.leave();
      const now = follow && !stop.aborted ? await folder.readEndpoint() : null;
      const next = now === null ? null : slurmHandle(now);
      handle = next === null || next.job_name === handle.job_name ? null : next;
    }
  }
}

function jobIn(handle: JobHandle, name: string, slurm: Slurm, key: string | null): ServerJob {
  const { job, job_name, job_folder } = handle;
  return new ServerJob({ name, handle: { job, job_name, job_folder }, slurm, key });
}

function recordOf(plan: ServerPlan, context: PlaceContext, started: StartedJob): Endpoint {
  const handle = { ...started.job.handle, successor: null };
  const endpoint = endpointOf(plan, context, handle, started.status);
  return { ...endpoint, models: started.models, state: "ready" };
}

function endpointOf(
  plan: ServerPlan,
  context: PlaceContext,
  job: JobHandle & Pick<SlurmHandle, "successor">,
  status: StartedJob["status"] | null,
): Endpoint {
  const handle: Omit<SlurmHandle, "key_file" | "probe"> = {
    ...job,
    folder: context.folder.path,
    node: status?.node ?? null,
    port: status?.port ?? null,
  };
  return startingEndpoint(plan, context, { baseUrl: jobBaseUrl(plan, status), handle });
}

function handleOf(endpoint: Endpoint): SlurmHandle {
  const handle = slurmHandle(endpoint);
  if (handle === null) throw new Error(`${endpoint.name} is no server on Slurm`);
  return handle;
}

function noDetach(): MxError {
  return new MxError("--slurm.renew and --detach do not go together", {
    code: "usage",
    exitCode: ExitCode.usage,
    hint: "whoever brings a server up renews it: leave --detach out, and run mx-serve in tmux or as a job",
  });
}
