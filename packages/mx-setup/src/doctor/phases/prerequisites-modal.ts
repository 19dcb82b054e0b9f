import { failureText, modalError, openModalClient } from "@mx/backends/modal";
import { openCloud } from "../../values/open-values.ts";
import { MxError } from "@mx/cli";
import { checkNode } from "../check-node.ts";
import { failed, notRun, ok, type Finding } from "../finding.ts";
import type { PhaseContext } from "../phase.ts";

/** prerequisites, --where modal: credentials that Modal takes, and a setup file. */
export async function* prerequisitesModal(context: PhaseContext): AsyncGenerator<Finding> {
  yield checkNode();
  yield await checkAccount(context);
  const { setup, setupProblem } = context;
  if (setup !== null) yield ok("setup file", setup.path);
  else if (setupProblem === null)
    yield notRun("setup file", "there is none", "mx-setup --example goat > mx.setup.yaml");
  else yield failed("setup file", setupProblem, "correct it");
}

async function checkAccount({ env, flags }: PhaseContext): Promise<Finding> {
  const name = "Modal account";
  try {
    const { isEmulator } = await openModalClient(env);
    const environments = await (await openCloud(env, flags.timeoutS)).environments();
    const names = environments.map((environment) => environment.name).join(", ");
    return ok(name, `${isEmulator ? "an emulator on this machine; " : ""}environments: ${names}`);
  } catch (error) {
    const { hint, message } = modalError(error, "Modal does not let us in");
    return failed(name, error instanceof MxError ? failureText(error) : message, hint ?? "");
  }
}
