import type { Sandbox } from "@mx/backends";
import type { Fault, Task } from "@mx/records";
import type { AttemptContext } from "./attempt-context.ts";
import { OutputCapture } from "./output-capture.ts";
import { sandboxFiles } from "./sandbox-files.ts";

/** A task's set-up ends within this. */
export const setupTimeoutMs = 600_000;

/** Puts the task's files in and runs its setup; the fault where that fails, else null. */
export async function prepareSandbox(
  sandbox: Sandbox,
  task: Task,
  context: Pick<AttemptContext, "masker" | "abort">,
): Promise<Fault | null> {
  const files = sandboxFiles(task.files);
  if (files.length > 0) await sandbox.putFiles(files);
  if (task.setup === undefined) return null;
  using said = new OutputCapture(context.masker);
  const result = await sandbox.exec({
    argv: ["sh", "-c", task.setup],
    timeoutMs: setupTimeoutMs,
    signal: context.abort,
    onStdout: (chunk) => said.add(chunk),
    onStderr: (chunk) => said.add(chunk),
  });
  said.end();
  if (result.ended === "exited" && result.exitCode === 0) return null;
  const how = result.ended === "exited" ? `exit ${result.exitCode}` : result.ended;
  const message = `setup: ${how}: ${said.tail()}`;
  return { class: "setup_failed", message, retryable: result.ended !== "cancelled" };
}
