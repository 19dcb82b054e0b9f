import { basename } from "node:path";
import { Exec, type OutputPlan } from "./exec.ts";
import { fileToolPath, runFileTool } from "./file-tool.ts";
import { baseEnvironment } from "./machine.ts";
import type { Sandbox } from "./sandbox.ts";

export interface ExecSpec {
  argv: readonly string[];
  /** Absolute path inside. */
  cwd: string;
  /** Over the sandbox's own variables. */
  env: Record<string, string>;
  plan: OutputPlan;
  /** Killed after this; null: never. */
  timeoutSecs: number | null;
}

/** Starts a process in a sandbox, or one of the tools that every sandbox has. */
export async function startExec(sandbox: Sandbox, spec: ExecSpec): Promise<Exec> {
  const { machine, clock, taskId, env } = sandbox.spec;
  const [program = "", ...rest] = spec.argv;
  if (program === fileToolPath) {
    return Exec.ofTool((stdin, exec) => runFileTool(machine, rest[0] ?? "", { stdin, exec }));
  }
  if (basename(program) === "sync" && syncs(sandbox, rest)) return Exec.ofTool(async () => 0);
  const child = await machine.spawn(spec.argv, {
    cwd: spec.cwd,
    env: {
      ...baseEnvironment,
      MODAL_SANDBOX_ID: sandbox.id,
      MODAL_TASK_ID: taskId,
      ...env,
      ...spec.env,
    },
  });
  const exec = Exec.ofProcess(child, spec.plan);
  if (spec.timeoutSecs !== null) {
    const timer = clock.after(spec.timeoutSecs, () => exec.kill());
    exec.onEnd(() => clearTimeout(timer));
  }
  return exec;
}

/** `sync PATH` commits the volume at that path, as it does on Modal. */
function syncs(sandbox: Sandbox, paths: readonly string[]): boolean {
  const views = sandbox.spec.views.filter(({ spec }) => paths.includes(spec.path));
  for (const view of views) view.commit();
  return views.length > 0;
}
