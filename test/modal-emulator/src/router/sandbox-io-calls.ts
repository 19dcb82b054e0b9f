import { setTimeout as sleep } from "node:timers/promises";
import { precondition } from "../grpc/status.ts";
import { accepts } from "../sandbox/accepts.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { TaskFinder } from "./find-task.ts";
import type { RouterCalls } from "./router-api.ts";

const defaultIntervalMs = 100;

/** A sandbox's own process: what it writes and reads, and whether it is ready. */
export function sandboxIoCalls(tasks: TaskFinder): RouterCalls {
  return {
    async *sandboxStdioReadV2(request, call) {
      const sandbox = tasks.known(request.taskId, call);
      const isErrors = request.fileDescriptor === 1;
      const log = isErrors ? sandbox.entrypoint?.stderr : sandbox.entrypoint?.stdout;
      let startingOffset = request.offset;
      for await (const data of log?.read(startingOffset, call.signal) ?? []) {
        yield { data, startingOffset };
        startingOffset += data.length;
      }
    },
    async sandboxStdinWriteV2({ taskId, data, offset, eof }, call) {
      const { entrypoint } = tasks.live(taskId, call);
      if (entrypoint === null) throw precondition("the sandbox was created without a command");
      await entrypoint.stdin.write(data, offset);
      if (eof) entrypoint.stdin.end();
      return {};
    },
    async sandboxWaitUntilReady({ taskId }, call) {
      const sandbox = tasks.live(taskId, call);
      const probe = sandbox.spec.definition.readinessProbe;
      if (probe === undefined) throw precondition("the sandbox has no readiness probe");
      for (let probes = 0; !call.signal.aborted; probes += 1) {
        if (sandbox.result !== null) throw precondition("the sandbox ended before it was ready");
        const argv = probe.execCommand?.argv?.filter((part) => part !== undefined);
        const isReady = probe.tcpPort
          ? await accepts(probe.tcpPort)
          : await succeeds(sandbox, argv ?? [], `probe ${probes}`);
        if (isReady) return { readyAt: Date.now() / 1000 };
        await sleep(probe.intervalMs || defaultIntervalMs);
      }
      throw precondition("nobody waits any more");
    },
  };
}

async function succeeds(sandbox: Sandbox, argv: string[], id: string): Promise<boolean> {
  const plan = { stdout: false, stderr: "drop" } as const;
  const spec = { argv, cwd: sandbox.spec.workdir, env: {}, plan, timeoutSecs: null };
  const exec = await sandbox.exec(id, spec);
  const exit = await exec.wait(new AbortController().signal);
  return exit !== null && "code" in exit && exit.code === 0;
}
