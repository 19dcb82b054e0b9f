import type { Trial } from "@mx/records";
import { readArtifact } from "@mx/store";

/** The trajectory of a trial, or why there is none to read. */
export type FoundTrajectory =
  { trajectory: Record<string, unknown>; missing: null } | { trajectory: null; missing: string };

/**
 * The trajectory of a trial: the one in its record, else the file that `artifacts.trajectory` names in the run's
 * folder. What is read is shown to a model: a path out of the run's folder, and a file that is not the one that the
 * record means, are not read.
 */
export async function trialTrajectory(trial: Trial, home: string): Promise<FoundTrajectory> {
  if (trial.trajectory !== undefined) return { trajectory: trial.trajectory, missing: null };
  const artifact = trial.artifacts["trajectory"];
  if (artifact === undefined) return absent("none was kept");
  const { bytes, missing } = await readArtifact(home, trial.run_id, artifact);
  if (bytes === null) return absent(missing);
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? { trajectory: value as Record<string, unknown>, missing: null }
      : absent("its file holds no trajectory");
  } catch {
    return absent("its file is not JSON");
  }
}

function absent(missing: string): FoundTrajectory {
  return { trajectory: null, missing };
}
