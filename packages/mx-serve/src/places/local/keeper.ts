import { mayBeAlive, processIdentity, type ProcessIdentity } from "@mx/cli/process-identity";
import { killGroup } from "@mx/cli/kill-group";
import { errorCode } from "@mx/store/error-code";
import { closeSync, constants, existsSync, openSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { constants as os, hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { killMarked } from "./kill-marked.ts";

/** Names a keeper for good. */
export interface KeeperIdentity extends ProcessIdentity {
  host: string;
}

/** How long an end that was asked for may take beyond the grace of the server, in ms. */
const slackMs = 5_000;
const lookMs = 50;

/** The keeper of a server, as any process of this host sees it. */
export class Keeper {
  readonly identity: KeeperIdentity;
  readonly folder: string;
  /** In the environment of each process of the server. */
  readonly token: string;
  #lease: number | null = null;

  constructor(folder: string, token: string, identity: KeeperIdentity) {
    this.folder = folder;
    this.token = token;
    this.identity = identity;
  }

  /** True where it runs on this host; null where that cannot be known from here. */
  get alive(): boolean | null {
    return this.identity.host === hostname() ? mayBeAlive(this.identity) : null;
  }

  /** True where the server has been told to end: nobody can use it any more, though it may still answer. */
  get ending(): boolean {
    return !existsSync(join(this.folder, "lease"));
  }

  /** Uses the server: it does not end before this process does, or lets go. False where it is ending already. */
  hold(): boolean {
    if (this.#lease !== null) return true;
    try {
      this.#lease = openLease(this.folder);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return false;
      throw error;
    }
    return true;
  }

  /** Takes over what was opened before it started. */
  holdBy(lease: number): void {
    this.#lease = lease;
  }

  letGo(): void {
    if (this.#lease !== null) closeSync(this.#lease);
    this.#lease = null;
  }

  /** Has the server outlive all who use it. */
  stay(): void {
    if (this.#lease !== null) writeSync(this.#lease, "stay\n");
  }

  /** Ends the server, in order for up to `graceMs`, and waits until all of it is gone. `hurry` cuts the waiting short. */
  async end(graceMs: number, hurry?: AbortSignal): Promise<void> {
    const { pid } = this.identity;
    if (this.alive === null) return this.letGo();
    const began = performance.now();
    let hurried = false;
    // A second signal would end by force what is ending in order.
    if (this.alive && !this.ending) signalOne(pid, "SIGTERM");
    while (this.alive) {
      await sleep(lookMs);
      if (hurry?.aborted === true && !hurried) {
        hurried = true;
        signalOne(pid, "SIGTERM");
      }
      // The keeper itself hangs, or was stopped.
      if (performance.now() - began > graceMs + slackMs) killGroup(pid);
    }
    // A keeper that was killed could not see to the end of its server.
    if ((await this.exitStatus()) === null) await killMarked(this.token);
    this.letGo();
  }

  /** How the server ended, as shells count; null: its keeper was killed before it could say. */
  async exitStatus(): Promise<number | null> {
    try {
      return Number((await readFile(join(this.folder, "exit"), "utf8")).trim());
    } catch {
      return null;
    }
  }
}

/** Opened for both, which never waits for the other side; the keeper alone reads. */
export function openLease(folder: string): number {
  return openSync(join(folder, "lease"), constants.O_RDWR | constants.O_NONBLOCK);
}

/** The identity of a keeper that has just been started. */
export function keeperIdentity(pid: number): KeeperIdentity {
  return { ...processIdentity(pid), host: hostname() };
}

/** "exit status 1", "signal SIGKILL". */
export function endText(status: number): string {
  const name = Object.entries(os.signals).find(([, number]) => number === status - 128)?.[0];
  return status > 128 && name !== undefined ? `signal ${name}` : `exit status ${status}`;
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just gone.
  }
}
