import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import type { Fifos } from "./fifos.ts";

/** A process, with pipes to it. */
export interface Spawned {
  process: ChildProcess;
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
}

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/**
 * Starts a process in a process group of its own. Its output goes to pipes. Its stdin is a socket: a named pipe would let
 * what opens /dev/stdin after its end wait for ever.
 */
export function spawnWithPipes(
  argv: readonly string[],
  options: { cwd: string; env: Record<string, string> },
  fifos: Fifos,
): Promise<Spawned> {
  return fifos.use(2, (paths) => {
    const [stdout, stderr] = paths.map(openReader) as [Ends, Ends];
    try {
      const child = spawn(argv[0]!, argv.slice(1), {
        ...options,
        stdio: ["pipe", stdout.theirs, stderr.theirs],
        detached: true,
      });
      return {
        process: child,
        stdin: child.stdin!,
        stdout: new Socket({ fd: stdout.ours, readable: true, writable: false }),
        stderr: new Socket({ fd: stderr.ours, readable: true, writable: false }),
      };
    } catch (error) {
      for (const { ours } of [stdout, stderr]) closeSync(ours);
      throw error;
    } finally {
      for (const { theirs } of [stdout, stderr]) closeSync(theirs);
    }
  });
}

/** The two ends of a pipe, as descriptors. */
interface Ends {
  ours: number;
  theirs: number;
}

/** A pipe that we read from. Ours is opened first: the other end cannot be without it. */
function openReader(path: string): Ends {
  return { ours: openSync(path, O_RDONLY | O_NONBLOCK), theirs: openSync(path, O_WRONLY) };
}
