export { detectFormat } from "./detect-format.ts";
export type { Format, ReadOptions } from "./format.ts";
export type { FormatName } from "./format-names.ts";
export { readResults } from "./read-results.ts";
export { toTrajectory, type TrajectoryHead } from "./to-trajectory.ts";
