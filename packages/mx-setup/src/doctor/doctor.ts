import { ExitCode, Masker, MxError, nearestName, type RunContext } from "@mx/cli";
import type { AnyRecord, DoctorCheck } from "@mx/records";
import { existsSync } from "node:fs";
import { readSetupFile, type Setup } from "../file/read-setup-file.ts";
import { maskedError } from "../masked-error.ts";
import { maskerOf, openValues } from "../values/open-values.ts";
import type { Finding } from "./finding.ts";
import type { DoctorFlags } from "./flags.ts";
import { phaseNames, type Phase, type PhaseContext, type PhaseName } from "./phase.ts";
import { gpuLocal, gpuModal } from "./phases/gpu.ts";
import { model } from "./phases/model.ts";
import { prerequisitesContainer } from "./phases/prerequisites-container.ts";
import { prerequisitesLocal } from "./phases/prerequisites-local.ts";
import { prerequisitesModal } from "./phases/prerequisites-modal.ts";
import { sandboxContainer, sandboxLocal, sandboxModal } from "./phases/sandbox.ts";
import { services } from "./phases/services.ts";
import { setupLocal } from "./phases/setup-local.ts";
import { setupModal } from "./phases/setup-modal.ts";
import { servicesOf } from "./service.ts";

const phases: Record<PhaseName, Record<DoctorFlags["where"], Phase>> = {
  prerequisites: {
    local: prerequisitesLocal,
    container: prerequisitesContainer,
    modal: prerequisitesModal,
  },
  setup: { local: setupLocal, container: setupLocal, modal: setupModal },
  services: { local: services, container: services, modal: services },
  model: { local: model, container: model, modal: model },
  sandbox: { local: sandboxLocal, container: sandboxContainer, modal: sandboxModal },
  gpu: { local: gpuLocal, container: gpuLocal, modal: gpuModal },
};

/** mx-setup doctor: looks at one thing after the other, and says what to do about what is wrong. */
export async function* doctor(
  _records: AsyncIterable<AnyRecord>,
  flags: DoctorFlags,
  context: RunContext,
): AsyncGenerator<AnyRecord, number> {
  const named = context.positionals.map(phaseName);
  const phaseContext = await look(flags, context);
  const masker = maskerFor(phaseContext);
  const chosen = phaseNames.filter((name) => named.length === 0 || named.includes(name));
  let failures = 0;
  let left = 0;
  context.progress.start(chosen.length, "phases");
  try {
    for (const [index, phase] of chosen.entries()) {
      for await (const finding of phases[phase][flags.where](phaseContext)) {
        if (context.stop.aborted) return ExitCode.incomplete;
        if (finding.state === "failed") failures += 1;
        if (finding.state === "not run") left += 1;
        yield recordOf(phase, finding, masker);
      }
      context.progress.update(index + 1);
    }
  } catch (error) {
    throw maskedError(error, masker);
  }
  context.progress.stop();
  const said = [failures > 0 ? `${failures} failed` : "", left > 0 ? `${left} not run` : ""].filter(
    (part) => part !== "",
  );
  if (said.length > 0) context.note(said.join(", "));
  // What was asked for by name and did not run is not well.
  return failures > 0 || (named.length > 0 && left > 0) ? ExitCode.gateFailed : ExitCode.ok;
}

function phaseName(text: string): PhaseName {
  const found = phaseNames.find((name) => name === text);
  if (found !== undefined) return found;
  const near = nearestName(text, phaseNames);
  throw new MxError(`unknown phase ${JSON.stringify(text)}`, {
    code: "usage",
    exitCode: ExitCode.usage,
    hint: near === null ? `one of: ${phaseNames.join(", ")}` : `did you mean ${near}?`,
  });
}

/** Reads the setup file where there is one; one that is named must be there. */
async function look(flags: DoctorFlags, { env, stop }: RunContext): Promise<PhaseContext> {
  const path = flags.file ?? "mx.setup.yaml";
  let setup: Setup | null = null;
  let setupProblem: string | null = null;
  if (flags.file !== undefined || existsSync(path)) {
    try {
      setup = await readSetupFile(path, flags.environment);
    } catch (error) {
      if (!(error instanceof MxError)) throw error;
      // Where nobody has named it, a file with an error in it is one finding among others.
      if (flags.file !== undefined) throw error;
      setupProblem = error.message;
    }
  }
  const values = setup === null ? null : await openValues(setup, env);
  return {
    flags,
    env,
    stop,
    setup,
    setupProblem,
    values,
    services: servicesOf(flags, setup, values, env),
  };
}

function maskerFor({ setup, values, services, env }: PhaseContext): Masker {
  const base =
    setup === null || values === null
      ? new Masker([env["MODAL_TOKEN_SECRET"] ?? ""])
      : maskerOf(setup, values, env);
  return services.reduce((masker, { key }) => (key === null ? masker : masker.with(key)), base);
}

function recordOf(
  phase: PhaseName,
  { name, state, detail, fix }: Finding,
  masker: Masker,
): DoctorCheck {
  return {
    type: "check",
    version: 1,
    name,
    phase,
    ok: state === "ok",
    ...(state === "not run" ? { not_run: true } : {}),
    detail: masker.text(detail),
    ...(fix === undefined ? {} : { fix: masker.text(fix) }),
  };
}
