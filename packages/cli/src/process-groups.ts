import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { killGroup } from "./kill-group.ts";

/**
 * Reads "+ GROUP" and "- GROUP" from the program, and ends what is left when that is gone: a pipe is closed
 * however its writer ends, with SIGKILL too.
 */
const guardScript = `
groups=
while read -r what group; do
  case $what in
    +) groups="$groups $group" ;;
    -) kept=
       for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
       groups=$kept ;;
  esac
done
for one in $groups; do kill -9 "-$one"; done`;

/**
 * The process groups that a program has started and that may still run. All of them end with it: when this
 * is disposed of, and, where it does not come to that, by a guard process.
 */
export class ProcessGroups implements Disposable {
  readonly #groups = new Set<number>();
  #guard: ChildProcess | null = null;

  /** Takes a group as soon as it is there. */
  add(group: number): void {
    this.#groups.add(group);
    this.#guard ??= startGuard();
    this.#guard.stdin!.write(`+ ${group}\n`);
  }

  /** Forgets a group where none of its processes is left. */
  settle(group: number): void {
    if (killGroup(group, 0) || !this.#groups.delete(group)) return;
    this.#guard!.stdin!.write(`- ${group}\n`);
  }

  /** How many may still run. */
  get size(): number {
    return this.#groups.size;
  }

  [Symbol.dispose](): void {
    for (const group of this.#groups) {
      killGroup(group, "SIGKILL");
      this.#guard!.stdin!.write(`- ${group}\n`);
    }
    this.#groups.clear();
    this.#guard?.stdin!.end();
    this.#guard = null;
  }
}

function startGuard(): ChildProcess {
  const guard = spawn("sh", ["-c", guardScript], {
    cwd: "/",
    // Nothing of the program's: what it runs could read it there.
    env: { PATH: process.env["PATH"] },
    // A group of its own: what ends the program's must not end the guard before.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without a guard, the program works on: it still ends what it started when it ends in the usual way.
  guard.on("error", () => {});
  guard.stdin.on("error", () => {});
  guard.unref();
  (guard.stdin as Socket).unref();
  return guard;
}
