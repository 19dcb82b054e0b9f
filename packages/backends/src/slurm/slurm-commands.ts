import { execa } from "execa";
import { setTimeout as sleep } from "node:timers/promises";
import { isPassing, noSlurm, slurmFailure, slurmMessage } from "./slurm-failure.ts";

/** How commands of Slurm are run. */
export interface CommandOptions {
  /** One line for people: a command is tried again. */
  note: (text: string) => void;
  /** Ms to wait before each further try of a command whose controller is not reached. */
  pauses: readonly number[];
}

/** What a command said. */
export interface Said {
  stdout: string;
  stderr: string;
  ok: boolean;
}

/** Runs a command of Slurm once. Throws where there is no such command; what it says when it fails is the caller's to judge. */
export async function runOnce(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
  input = "",
): Promise<Said> {
  const result = await execa(program, args, {
    env,
    extendEnv: false,
    input,
    reject: false,
    // sbatch keeps the submitter's limits; a terminal's Ctrl-C is not for it.
    detached: true,
  });
  if (result.exitCode === undefined && result.signal === undefined)
    throw noSlurm(program, result.cause);
  const killed = result.signal === undefined ? "" : `\n${program} was ended by ${result.signal}`;
  return { stdout: result.stdout, stderr: result.stderr + killed, ok: result.exitCode === 0 };
}

/**
 * Runs a command until the controller was reached: a busy one drops calls, and a cluster whose controller is restarted is
 * without one for a while. `look` is asked before each further try whether the last one was done after all.
 */
export async function runUntilReached(
  attempt: () => Promise<Said>,
  program: string,
  { note, pauses }: CommandOptions,
  look: () => Promise<string | null> = () => Promise.resolve(null),
): Promise<Said> {
  for (let tries = 0; ; tries++) {
    const said = await attempt();
    const pause = pauses[tries];
    if (said.ok || !isPassing(said.stderr)) return said;
    if (pause === undefined) throw slurmFailure(program, said.stderr);
    note(`${program}: ${slurmMessage(said.stderr)}; trying again in ${pause / 1000} s`);
    await sleep(pause);
    const done = await look();
    if (done !== null) return { stdout: done, stderr: "", ok: true };
  }
}
