import { failed, notRun, ok, type Finding } from "../finding.ts";
import { modalBackend } from "../modal-backend.ts";
import type { PhaseContext } from "../phase.ts";
import { runProgram } from "../run-program.ts";
import { trySandbox } from "../try-sandbox.ts";

const query = ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"];
const name = "GPU";
/** One must come free. */
const waitSeconds = 600;

/** gpu, --where local: what the driver of this machine says. */
export async function* gpuLocal({ env }: PhaseContext): AsyncGenerator<Finding> {
  const said = await runProgram("nvidia-smi", query, env);
  const fix = "install NVIDIA's driver, or serve models elsewhere";
  if (said === null) yield notRun(name, "there is no nvidia-smi: no NVIDIA GPU, or no driver", fix);
  else if (said.isGood) yield ok(name, lines(said.stdout));
  else yield failed(name, lines(said.stderr || said.stdout), fix);
}

/** gpu, --where modal: what the driver in a sandbox with a GPU says. */
export async function* gpuModal(context: PhaseContext): AsyncGenerator<Finding> {
  const { gpu, allowCost } = context.flags;
  if (!allowCost) {
    yield notRun(name, "it costs money", "--allow-cost");
    return;
  }
  const trial = {
    name,
    argv: ["nvidia-smi", ...query],
    seen: (stdout: string) => (stdout === "" ? null : lines(stdout)),
    fix: "--gpu names another GPU",
  };
  yield await trySandbox(modalBackend(context, { gpu, waitSeconds }), trial, context.stop);
}

function lines(text: string): string {
  return text.trim().split("\n").join("; ");
}
