import type { Masker } from "@mx/cli";
import type { Artifact } from "@mx/records";
import type { RunDirectory } from "@mx/store";
import { isUtf8 } from "node:buffer";
import type { FoundTrajectory } from "./agents/agent-trajectory.ts";
import type { OutputCapture } from "./output-capture.ts";

/**
 * Keeps what does not fit into the record: an answer that is too long or not text, everything on stderr, and
 * the trajectory. Masked, like all that is written.
 */
export async function saveArtifacts(
  kept: {
    stdout: OutputCapture;
    stderr: OutputCapture;
    trajectory: FoundTrajectory;
    masker: Masker;
  },
  { key, attempt }: { key: string; attempt: number },
  directory: RunDirectory,
): Promise<Record<string, Artifact>> {
  const artifacts: Record<string, Artifact> = {};
  const save = async (name: string, file: string, data: Buffer | AsyncIterable<Buffer>) => {
    artifacts[name] = await directory.saveArtifact(key, attempt, file, data);
  };
  const { stdout, stderr, trajectory, masker } = kept;
  if (stdout.spilled || !isUtf8(stdout.head())) await save("stdout", "stdout", stdout.data());
  if (stderr.bytes > 0) await save("stderr", "stderr", stderr.data());
  if (trajectory !== null && "bytes" in trajectory) {
    await save("trajectory", "trajectory.json", masker.bytes(trajectory.bytes));
  }
  return artifacts;
}
