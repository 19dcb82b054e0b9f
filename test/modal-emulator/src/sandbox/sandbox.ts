import type { SandboxDefinition } from "../control/control-api.ts";
import { notFound, unavailable } from "../grpc/status.ts";
import { deferred } from "./deferred.ts";
import type { Exec } from "./exec.ts";
import { startExec, type ExecSpec } from "./start-exec.ts";
import type { SandboxResult } from "./result.ts";
import type { SandboxSpec } from "./sandbox-spec.ts";
import { Tunnels } from "./tunnels.ts";

const defaultLifetimeSecs = 300;

/** One sandbox: its processes, its volumes and its end. */
export class Sandbox {
  readonly spec: SandboxSpec;
  readonly createdAt: number;
  readonly tunnels: Tunnels;
  readonly execs = new Map<string, Promise<Exec>>();
  name: string;
  tags: Record<string, string>;
  /** The process that the sandbox was created with; null where there is none. */
  entrypoint: Exec | null = null;
  /** True once it has a worker. */
  scheduled = false;
  /** True when its worker has gone. */
  lost = false;
  /** How many processes were started in it, besides its own; the filesystem's tools count. */
  execCount = 0;
  /** What the network policy was changed to; null: as created. */
  network: SandboxDefinition["networkAccess"] | null = null;
  /** Folders that images were mounted on, with what was there before. */
  readonly mounted = new Map<string, string | null>();
  readonly #done = deferred();
  readonly #scheduled = deferred();
  readonly #timers: NodeJS.Timeout[] = [];
  #result: SandboxResult | null = null;
  #running = 0;
  #activeAt = performance.now();

  constructor(spec: SandboxSpec, createdAt: number) {
    this.spec = spec;
    this.createdAt = createdAt;
    this.name = spec.definition.name ?? "";
    this.tags = spec.tags;
    this.tunnels = new Tunnels(spec.definition.openPorts?.ports ?? []);
  }

  get id(): string {
    return this.spec.id;
  }

  /** Null while it lives. */
  get result(): SandboxResult | null {
    return this.#result;
  }

  /** Resolves when it has a worker, or has ended without one. */
  get whenScheduled(): Promise<void> {
    return this.#scheduled.promise;
  }

  /** Resolves when it has ended, its processes are gone and its volumes are committed. */
  get whenDone(): Promise<void> {
    return this.#done.promise;
  }

  /** Gives it a worker: its clocks start, and its first process. */
  async start(): Promise<void> {
    if (this.#result !== null) return;
    this.scheduled = true;
    const { definition, clock, views, commitSecs } = this.spec;
    const lifetime = definition.timeoutSecs || defaultLifetimeSecs;
    this.#timers.push(
      clock.after(lifetime, () => void this.end({ status: "timeout", exitcode: 0, exception: "" })),
    );
    if (definition.idleTimeoutSecs) this.#watchIdle(definition.idleTimeoutSecs);
    if (views.some(({ spec }) => spec.backgroundCommits && !spec.readOnly)) {
      this.#timers.push(clock.every(commitSecs, () => void this.#commit()));
    }
    const argv = (definition.entrypointArgs ?? []).filter((part) => part !== undefined);
    if (argv.length > 0) await this.#startEntrypoint(argv);
    this.#scheduled.resolve();
  }

  /** Starts a process, or finds the one that was started under this id. */
  exec(id: string, spec: ExecSpec): Promise<Exec> {
    const earlier = this.execs.get(id);
    if (earlier !== undefined) return earlier;
    const started = this.#run(spec);
    this.execs.set(id, started);
    this.execCount += 1;
    started.catch(() => this.execs.delete(id));
    return started;
  }

  /** Counts as activity, for the idle timeout. */
  touch(): void {
    this.#activeAt = performance.now();
  }

  /** Ends it and all its processes. Only the first result counts. */
  async end(result: SandboxResult): Promise<void> {
    if (this.#result !== null) return this.whenDone;
    this.#result = result;
    for (const timer of this.#timers) clearTimeout(timer);
    this.tunnels.close();
    await this.spec.machine.close();
    const exception = this.lost ? null : this.#commit();
    if (exception !== null) this.#result = { ...result, exception };
    for (const exec of await this.#processes()) exec.end({ signal: 9 });
    this.execs.clear(); // their output with them: nobody can ask for it any more
    this.#scheduled.resolve();
    this.#done.resolve();
    this.spec.trash.add(this.spec.folder);
  }

  /** Its worker goes, and what was not committed with it: streams break, and its task is not found any more. */
  async lose(result: SandboxResult): Promise<void> {
    if (this.#result !== null) return;
    this.lost = true;
    const error = unavailable("the worker has gone");
    for (const exec of await this.#processes()) if (exec.exit === null) exec.lose(error);
    await this.end(result);
  }

  /** A volume that cannot be committed is no reason not to go on, or not to end: what was wrong, or null. */
  #commit(): string | null {
    try {
      for (const view of this.spec.views) view.commit();
      return null;
    } catch (error) {
      return `commit failed: ${(error as Error).message}`;
    }
  }

  /** All that were started; one that is just starting is waited for. */
  async #processes(): Promise<Exec[]> {
    const started = await Promise.allSettled(this.execs.values());
    const execs = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    return this.entrypoint === null ? execs : [this.entrypoint, ...execs];
  }

  async #run(spec: ExecSpec): Promise<Exec> {
    if (this.#result !== null) throw notFound(`Task ${this.spec.taskId} has ended`);
    this.touch();
    const exec = await startExec(this, spec).catch((error: unknown) => {
      throw this.#result === null ? error : notFound(`Task ${this.spec.taskId} has ended`);
    });
    if (this.#result !== null) exec.kill();
    this.#running += 1;
    exec.onEnd(() => {
      this.#running -= 1;
      this.touch();
    });
    return exec;
  }

  async #startEntrypoint(argv: string[]): Promise<void> {
    const plan = { stdout: true, stderr: "keep" } as const;
    const spec: ExecSpec = { argv, cwd: this.spec.workdir, env: {}, plan, timeoutSecs: null };
    const exec = await this.#run(spec);
    this.entrypoint = exec;
    exec.onEnd((exit) => {
      const exitcode = "code" in exit ? exit.code : 128 + exit.signal;
      void this.end({ status: exitcode === 0 ? "success" : "failure", exitcode, exception: "" });
    });
  }

  #watchIdle(secs: number): void {
    const { clock } = this.spec;
    const check = () => {
      if (this.#running > 0 || this.tunnels.busy) this.touch();
      if (clock.secsSince(this.#activeAt) < secs) return;
      void this.end({ status: "idle_timeout", exitcode: 0, exception: "" });
    };
    this.#timers.push(clock.every(Math.min(secs / 4, 1), check));
  }
}
