import { existsSync } from "node:fs";
import type { Verdict, Watch } from "../exec/exec-limits.ts";
import type { Held } from "../exec/init-limits.ts";
import { SandboxWatch } from "../exec/sandbox-watch.ts";
import type { Limits } from "../sandbox.ts";
import { ContainerGroup } from "./container-group.ts";
import { containerStates, type ContainerState } from "./container-state.ts";
import type { Engine } from "./engine.ts";

/** Looks after one exec of a container. The engine is asked only where the exec lasts, or has failed. */
export class ContainerWatch implements Watch {
  readonly #engine: Engine;
  readonly #name: string;
  readonly #limits: Limits;
  readonly #held: Held;
  readonly #folders: string[];
  #group: ContainerGroup | null = null;
  #inner: SandboxWatch | null = null;
  /** The end of what the init has said. */
  #said = "";

  /** `folders`: of the host, that count as the sandbox's. */
  constructor(o: { engine: Engine; name: string; limits: Limits; held: Held; folders: string[] }) {
    this.#engine = o.engine;
    this.#name = o.name;
    this.#limits = o.limits;
    this.#held = o.held;
    this.#folders = o.folders;
  }

  /** Takes what the init says on its control channel. */
  hear(chunk: Buffer): void {
    this.#said = (this.#said + chunk.toString("latin1")).slice(-200);
  }

  async check(): Promise<Verdict | null> {
    this.#inner ??= await this.#look();
    return (await this.#inner?.check()) ?? null;
  }

  async afterwards(exitCode: number): Promise<Verdict | null> {
    const [state] = await containerStates(this.#engine, [this.#name]);
    // An agent that says so itself has failed in any case.
    const kills = /^m (\d+)$/m.exec(this.#said)?.[1];
    if (exitCode !== 0 && (kills !== undefined || state?.outOfMemory === true)) {
      const count = kills === undefined ? "" : `: ${kills}`;
      return { ended: "memory", detail: `processes killed at the memory limit${count}` };
    }
    return (this.#inner ?? this.#watchOf(null, writtenBy(state))).afterwards(exitCode);
  }

  close(): void {
    this.#group?.close();
    this.#group = null;
  }

  /** Null: it does not run, or not yet. */
  async #look(): Promise<SandboxWatch | null> {
    const [state] = await containerStates(this.#engine, [this.#name]);
    if (state === undefined || state.pid === null) return null;
    this.#group ??= new ContainerGroup(state.pid);
    const watch = this.#watchOf(this.#group, writtenBy(state));
    watch.follow(state.pid);
    return watch;
  }

  #watchOf(group: ContainerGroup | null, more: string[]): SandboxWatch {
    const folders = [...this.#folders, ...more];
    return new SandboxWatch({ limits: this.#limits, group, held: this.#held, folders });
  }
}

/** The host folder with what it has written to its image's layers, where we can see it. */
function writtenBy(state: ContainerState | undefined): string[] {
  const folder = state?.written ?? null;
  return folder !== null && existsSync(folder) ? [folder] : [];
}
