import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { find } from "./bwrap-tools.ts";
import type { Fifos } from "./fifos.ts";
import { killGroup } from "@mx/cli/kill-group";
import { locate } from "./locate.ts";
import type { Machine, Mount, Place, SpawnOptions } from "./machine.ts";
import { spawnWithPipes, type Spawned } from "./spawned.ts";

export interface PlainMachineOptions {
  root: string;
  mounts: readonly Mount[];
  fifos: Fifos;
}

/**
 * Plain processes of the host, for where bubblewrap is missing. The working folder, HOME and the filesystem API are in the
 * sandbox's folder; a path in a command's text is the host's.
 */
export class PlainMachine implements Machine {
  readonly root: string;
  readonly #mounts: readonly Mount[];
  readonly #fifos: Fifos;
  readonly #running = new Set<ChildProcess>();
  #closed = false;

  constructor({ root, mounts, fifos }: PlainMachineOptions) {
    this.root = root;
    this.#fifos = fifos;
    this.#mounts = mounts;
    for (const folder of ["root", "tmp"]) mkdirSync(join(root, folder), { recursive: true });
  }

  async spawn(argv: readonly string[], { cwd, env }: SpawnOptions): Promise<Spawned> {
    if (this.#closed) throw new Error("the sandbox has ended");
    const path = process.env["PATH"] ?? "";
    const setpriv = find("setpriv", path);
    const whole = setpriv === null ? [...argv] : [setpriv, "--pdeathsig", "KILL", "--", ...argv];
    const home = { HOME: join(this.root, "root"), TMPDIR: join(this.root, "tmp") };
    const options = { cwd: this.locate(cwd, true).hostPath, env: { ...env, PATH: path, ...home } };
    const spawned = await spawnWithPipes(whole, options, this.#fifos);
    const child = spawned.process;
    this.#running.add(child);
    child
      .on("exit", () => this.#running.delete(child))
      .on("error", () => this.#running.delete(child));
    return spawned;
  }

  locate(path: string, followLast: boolean): Place {
    return locate(path, { root: this.root, mounts: this.#mounts, followLast });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const ends = [...this.#running].map(async (child) => {
      const gone = once(child, "exit");
      killGroup(child.pid);
      await gone;
    });
    await Promise.all(ends);
  }
}
