import { MxError } from "@mx/cli";
import { failed, notRun, ok, type Finding } from "../finding.ts";
import { checkNode } from "../check-node.ts";
import { checkSocat } from "../check-socat.ts";
import type { PhaseContext } from "../phase.ts";
import { runProgram } from "../run-program.ts";
import { tryLimits } from "../try-limits.ts";

/** prerequisites, --where local: what sandboxes on this machine stand on. */
export async function* prerequisitesLocal({ env }: PhaseContext): AsyncGenerator<Finding> {
  yield checkNode();
  const bwrap = await runProgram("bwrap", ["--version"], env);
  yield bwrap === null
    ? failed("bubblewrap", "there is no bwrap in PATH", "apt-get install bubblewrap")
    : ok("bubblewrap", bwrap.stdout.trim().replace(/^bubblewrap /, ""));
  yield await checkSocat(env);
  if (bwrap === null) {
    yield notRun("user namespaces", "they are tried with bubblewrap");
    yield notRun("limits", "they are tried with bubblewrap");
    return;
  }
  yield await checkNamespaces(env);
  yield await checkLimits(env);
}

async function checkNamespaces(env: NodeJS.ProcessEnv): Promise<Finding> {
  const name = "user namespaces";
  const args = ["--unshare-user", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "true"];
  const tried = await runProgram("bwrap", args, env);
  if (tried?.isGood === true) return ok(name, "bubblewrap can make them");
  return failed(
    name,
    tried?.stderr.trim().split("\n")[0] || "bubblewrap cannot make them",
    "Debian: sysctl -w kernel.unprivileged_userns_clone=1; " +
      "Ubuntu: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0; " +
      "in a container: --security-opt seccomp=unconfined --security-opt systempaths=unconfined",
  );
}

/** The backend itself is opened: it makes a first sandbox, and says what would hold each limit. */
async function checkLimits(env: NodeJS.ProcessEnv): Promise<Finding> {
  const name = "limits";
  try {
    return ok(name, (await tryLimits({ name: "local", env })).held);
  } catch (error) {
    if (!(error instanceof MxError)) throw error;
    return failed(name, error.message, error.hint ?? "see above");
  }
}
