import type { ModalOptions } from "@mx/backends";
import { doctorApp } from "./doctor-app.ts";
import type { PhaseContext } from "./phase.ts";

/** What the Modal backend is told for a trial; `waitSeconds` is for a machine to come free. */
export function modalBackend(
  { flags, setup, env }: PhaseContext,
  o: { gpu?: string; waitSeconds: number },
): { name: "modal"; modal: ModalOptions; env: NodeJS.ProcessEnv } {
  return {
    name: "modal",
    env,
    modal: {
      app: doctorApp,
      environment: flags.environment ?? setup?.environment,
      image: flags.image,
      setup: [],
      gpu: o.gpu,
      regions: [],
      secrets: [],
      volumes: [],
      waitSeconds: o.waitSeconds,
    },
  };
}
