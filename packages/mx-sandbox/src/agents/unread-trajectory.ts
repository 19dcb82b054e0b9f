import type { LoadedAdapter } from "@mx/agent/adapters";
import type { Classified } from "../classify.ts";
import type { FoundTrajectory } from "./agent-trajectory.ts";

/** What is wrong with an agent's trajectory is said in its trial, whose result it is not. */
export function unreadTrajectory(
  classified: Classified,
  trajectory: FoundTrajectory,
  loaded: LoadedAdapter | null,
): Classified {
  // One that ended as it should has left what it always leaves.
  const isMissing =
    trajectory === null && loaded?.adapter.trajectory != null && classified.outcome === "completed";
  const message = isMissing
    ? `the trajectory of ${loaded.adapter.name}: there is none, or what is there is no regular file`
    : trajectory !== null && "problem" in trajectory
      ? trajectory.problem
      : null;
  if (message === null) return classified;
  return { fault: { class: "trajectory_unreadable", message, retryable: false }, ...classified };
}
