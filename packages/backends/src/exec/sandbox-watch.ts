import type { SandboxGroup } from "../cgroups/sandbox-group.ts";
import { DiskWatch } from "./disk-watch.ts";
import type { Verdict, Watch } from "./exec-limits.ts";
import { ProcessLimitWatch } from "./process-limit-watch.ts";
import { descendants, useOf } from "./process-tree.ts";
import type { Held } from "./init-limits.ts";
import type { Limits } from "../sandbox.ts";

/** What is asked of a control group. */
export type Group = Pick<SandboxGroup, "memoryKills" | "refusedForks" | "pids">;

/** Looks after one exec of a sandbox on this host. */
export class SandboxWatch implements Watch {
  private readonly limits: Limits;
  private readonly group: Group | null;
  private readonly held: Held;
  private readonly disk: DiskWatch;
  private readonly processes: ProcessLimitWatch;
  private readonly killsBefore: number;
  private pid = 0;
  private nearMemoryLimit = false;

  /** `held`: what the group holds; the rest is looked after from here. */
  constructor(o: { limits: Limits; group: Group | null; held: Held; folders: string[] }) {
    this.limits = o.limits;
    this.group = o.group;
    this.held = o.held;
    this.disk = new DiskWatch(o.folders, o.limits.workspace_bytes, () => this.pids());
    this.killsBefore = o.group?.memoryKills() ?? 0;
    this.processes = new ProcessLimitWatch({
      refused: o.group?.refusedForks() ?? 0,
      atLimit: false,
    });
  }

  /** `pid`: of the bwrap that the exec runs under. */
  follow(pid: number | undefined): void {
    this.pid = pid ?? 0;
  }

  async check(): Promise<Verdict | null> {
    return this.checkUse() ?? (await this.disk.check());
  }

  async afterwards(exitCode: number): Promise<Verdict | null> {
    if (exitCode !== 0) {
      const kills = (this.group?.memoryKills() ?? 0) - this.killsBefore;
      if (kills > 0)
        return { ended: "memory", detail: `processes killed at the memory limit: ${kills}` };
      if (this.nearMemoryLimit) return { ended: "memory", detail: "it stood at the memory limit" };
    }
    return this.disk.check(true);
  }

  private checkUse(): Verdict | null {
    const { processes, memory_bytes } = this.limits;
    const byLooks =
      (!this.held.processes && processes !== null) || (!this.held.memory && memory_bytes !== null);
    const use = byLooks ? useOf(this.pids()) : { tasks: 0, memoryBytes: 0 };
    if (!this.held.memory && memory_bytes !== null) {
      this.nearMemoryLimit = use.memoryBytes > 0.8 * memory_bytes;
      if (use.memoryBytes > memory_bytes) {
        return { ended: "memory", detail: `its processes used ${use.memoryBytes} bytes` };
      }
    }
    return this.processes.check({
      refused: this.group?.refusedForks() ?? 0,
      atLimit: !this.held.processes && processes !== null && use.tasks >= processes,
    });
  }

  private pids(): number[] {
    const pids = this.group?.pids() ?? [];
    return pids.length > 0 || this.pid === 0 ? pids : descendants(this.pid);
  }
}
