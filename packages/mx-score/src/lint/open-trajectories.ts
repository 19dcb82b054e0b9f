import type { Trial } from "@mx/records";
import { readArtifact } from "@mx/store";
import type { AnyTrajectory } from "./read-steps.ts";

/** Reads a trial's trajectory; null where there is none that can be read. */
export type TrajectoryReader = (trial: Trial) => Promise<AnyTrajectory | null>;

/** A reader of trials' trajectories: the one in the record, else the artifact in the trial's run under `home`. */
export function openTrajectories(home: string): TrajectoryReader {
  return async ({ trajectory, run_id, artifacts }) => {
    if (trajectory !== undefined) return trajectory;
    const artifact = artifacts["trajectory"];
    if (artifact === undefined) return null;
    const { bytes } = await readArtifact(home, run_id, artifact);
    try {
      const value: unknown = JSON.parse(bytes?.toString() ?? "null");
      return typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as AnyTrajectory)
        : null;
    } catch {
      return null;
    }
  };
}
