import { adapterNames, readAdapter, type Adapter } from "@mx/agent/adapters";
import type { DoctorCheck } from "@mx/records";
import { installedAgent, isInstallable } from "./install-agent.ts";

/** The agents that come with mx, each with whether it can be run at once. */
export function* listAgents(env: NodeJS.ProcessEnv): Generator<DoctorCheck> {
  for (const name of adapterNames()) yield agentCheck(readAdapter(name).adapter, env);
}

/** Whether an agent can be run at once. */
export function agentCheck(adapter: Adapter, env: NodeJS.ProcessEnv): DoctorCheck {
  const { name, version, install, about = "" } = adapter;
  const record = { type: "check", version: 1, phase: "agents", name } as const;
  if ("file" in install) {
    return {
      ...record,
      ok: false,
      detail: `${about}; the file of --agent-file`,
      fix: "give --agent-file FILE",
    };
  }
  if (!isInstallable(adapter)) return { ...record, ok: true, detail: about };
  const source =
    "npm" in install ? `npm ${install.npm}` : `PyPI ${"pypi" in install ? install.pypi : ""}`;
  const folder = installedAgent(adapter, env);
  const detail = `${about}; ${version} of ${source}`;
  if (folder !== null) return { ...record, ok: true, detail: `${detail}, in ${folder}` };
  return { ...record, ok: false, detail, fix: `mx-sandbox agents install ${name}` };
}
