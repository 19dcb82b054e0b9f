import { posix } from "node:path";
import type { Cloud } from "../cloud.ts";
import { invalid } from "../grpc/status.ts";
import { argumentBytes, mostArgumentBytes } from "../sandbox/argument-bytes.ts";
import type { Exec } from "../sandbox/exec.ts";
import type { TaskFinder } from "./find-task.ts";
import type { ExecStart, ExitReply, RouterCalls } from "./router-api.ts";

/** Processes in a sandbox: start, output from any offset, end. */
export function execCalls(cloud: Cloud, tasks: TaskFinder): RouterCalls {
  return {
    async taskExecStart(request, call) {
      const sandbox = tasks.live(request.taskId, call);
      check(request);
      const { commandArgs, workdir, timeoutSecs, stdoutConfig, stderrConfig } = request;
      const secrets = cloud.variables([
        ...request.secretIds.map((secretId) => ({ secretId })),
        ...request.secretSources,
      ]);
      await sandbox.exec(request.execId, {
        argv: commandArgs,
        cwd: workdir || sandbox.spec.workdir,
        env: { ...request.env, ...secrets },
        plan: {
          stdout: stdoutConfig === 1,
          stderr: (["drop", "keep", "stdout"] as const)[stderrConfig] ?? "drop",
        },
        timeoutSecs: timeoutSecs || null,
      });
      return {};
    },
    async taskExecPoll(request, call) {
      return exitReply(await tasks.exec(request, call));
    },
    async taskExecWait(request, call) {
      const exec = await tasks.exec(request, call);
      await exec.wait(call.signal);
      return exitReply(exec);
    },
    async *taskExecStdioRead(request, call) {
      const exec = await tasks.exec(request, call);
      const log = request.fileDescriptor === 1 ? exec.stderr : exec.stdout;
      for await (const data of log.read(request.offset, call.signal)) yield { data };
    },
  };
}

function check({ commandArgs, workdir, execId }: ExecStart): void {
  if (commandArgs.length === 0) throw invalid("the command is empty");
  if (execId === "") throw invalid("an exec needs an id");
  if (argumentBytes(commandArgs) > mostArgumentBytes) {
    throw invalid(`the command is longer than ${mostArgumentBytes} bytes`);
  }
  if (workdir && !posix.isAbsolute(workdir))
    throw invalid(`workdir must be absolute, got ${workdir}`);
}

function exitReply({ exit }: Exec): ExitReply {
  return exit ?? {};
}
