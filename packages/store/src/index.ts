export { Journal } from "./journal.ts";
export { listRuns } from "./list-runs.ts";
export { mxHome } from "./mx-home.ts";
export type { LockOwner } from "./lock-owner.ts";
export { readArtifact, type ArtifactBytes } from "./read-artifact.ts";
export { readJournal } from "./read-journal.ts";
export { RunDirectory } from "./run-directory.ts";
export { isRunId, newRunId } from "./run-id.ts";
export { UniqueLog } from "./unique-log.ts";
