import { modalError } from "@mx/backends/modal";
import { readCloud } from "../../plan/cloud-state.ts";
import { planSetup, type Step } from "../../plan/plan.ts";
import { openCloud } from "../../values/open-values.ts";
import { failed, notRun, ok, type Finding } from "../finding.ts";
import type { PhaseContext } from "../phase.ts";

/** setup, --where modal: all that the setup file names is there. Changes nothing. */
export async function* setupModal(context: PhaseContext): AsyncGenerator<Finding> {
  const { setup, values, env, flags } = context;
  if (setup === null || values === null) {
    yield notRun(
      "resources",
      context.setupProblem ?? "there is no setup file",
      "mx-setup --example goat > mx.setup.yaml",
    );
    return;
  }
  try {
    const there = await readCloud(await openCloud(env, flags.timeoutS), setup);
    for (const step of planSetup(setup, there, { ...values, rotating: new Set() })) {
      yield findingOf(step, setup.path);
    }
  } catch (error) {
    const { message, hint } = modalError(error, "Modal cannot be asked");
    yield failed("resources", message, hint ?? "");
  }
}

function findingOf({ kind, name, action, isOwed, reason }: Step, path: string): Finding {
  const what = `${kind} ${name}`;
  if (action === "keep") return ok(what, reason === undefined ? "is there" : `is there; ${reason}`);
  if (action === "skip" && !isOwed) return ok(what, reason ?? "is not needed");
  if (action === "skip")
    return failed(what, reason ?? "", `set what is missing, then: mx-setup ${path}`);
  const detail = action === "create" ? "is not there" : (reason ?? "is not as the file says");
  return failed(what, detail, `mx-setup ${path}`);
}
