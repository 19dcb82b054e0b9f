import { notRun, type Finding } from "../finding.ts";
import { modalBackend } from "../modal-backend.ts";
import type { PhaseContext } from "../phase.ts";
import { trySandbox, type SandboxTrial } from "../try-sandbox.ts";

const word = "mx-doctor";

/** What is tried wherever sandboxes are. */
const trial: SandboxTrial = {
  name: "sandbox",
  argv: ["sh", "-c", `echo ${word} > file && cat file`],
  seen: (stdout) => (stdout === word ? "made, and a command has run in it" : null),
  fix: "mx-setup doctor prerequisites",
};

/** sandbox, --where local: one is made, and a command runs in it. */
export async function* sandboxLocal({ env, stop }: PhaseContext): AsyncGenerator<Finding> {
  yield await trySandbox({ name: "local", env }, trial, stop);
}

/** sandbox, --where container: the same, by docker or podman; the image is pulled where it is not here. */
export async function* sandboxContainer({
  env,
  flags,
  stop,
}: PhaseContext): AsyncGenerator<Finding> {
  const container = { engine: flags.containerEngine, image: flags.image, options: [] };
  const fix =
    "mx-sandbox takes --container-runtime and --container-option; --image names another image";
  yield await trySandbox({ name: "container", env, container }, { ...trial, fix }, stop);
}

/** sandbox, --where modal: the same, in the cloud. */
export async function* sandboxModal(context: PhaseContext): AsyncGenerator<Finding> {
  const { allowCost, timeoutS: waitSeconds } = context.flags;
  if (!allowCost) {
    yield notRun(trial.name, "it costs money", "--allow-cost");
    return;
  }
  const fix = "--image names another image";
  yield await trySandbox(modalBackend(context, { waitSeconds }), { ...trial, fix }, context.stop);
}
