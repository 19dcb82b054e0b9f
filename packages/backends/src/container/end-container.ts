import type { ChildProcess } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import type { Engine } from "./engine.ts";

/** Kills what runs in a container until the program that waits for it has ended: it may be about to start. */
export async function killUntilGone(
  engine: Engine,
  name: string,
  waiting: ChildProcess,
): Promise<void> {
  const isGone = () => waiting.exitCode !== null || waiting.signalCode !== null;
  while (!isGone()) {
    await engine.run(["kill", "--signal", "KILL", name], { timeoutMs: 30_000 }).catch(() => {});
    for (let n = 0; n < 10 && !isGone(); n += 1) await setTimeout(20);
  }
}

/** Ends a container and deletes what it has written. One that is gone is no error. */
export async function endContainer(engine: Engine, name: string): Promise<void> {
  const { exitCode, stderr } = await engine.run(["rm", "--force", "--volumes", name]);
  if (exitCode === 0 || /no such container|no container with/i.test(stderr)) return;
  throw new Error(`the container ${name} could not be removed: ${stderr.trim()}`);
}
