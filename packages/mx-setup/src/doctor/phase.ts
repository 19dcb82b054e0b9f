import type { Setup } from "../file/read-setup-file.ts";
import type { Values } from "../values/open-values.ts";
import type { Finding } from "./finding.ts";
import type { DoctorFlags } from "./flags.ts";
import type { Service } from "./service.ts";

/** The phases, in the order in which each stands on those before it. */
export const phaseNames = [
  "prerequisites",
  "setup",
  "services",
  "model",
  "sandbox",
  "gpu",
] as const;
export type PhaseName = (typeof phaseNames)[number];

/** What a phase may look at. */
export interface PhaseContext {
  flags: DoctorFlags;
  env: NodeJS.ProcessEnv;
  /** Aborts when the program is told to end. */
  stop: AbortSignal;
  /** Null: there is no setup file, or it cannot be read: `setupProblem` says which. */
  setup: Setup | null;
  setupProblem: string | null;
  values: Values | null;
  services: readonly Service[];
}

/** A group of looks. What goes wrong in it is a finding, and nothing that it throws. */
export type Phase = (context: PhaseContext) => AsyncIterable<Finding>;
