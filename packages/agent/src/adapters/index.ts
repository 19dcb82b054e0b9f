export { Adapter } from "./adapter.ts";
export { adapterFieldNames, adapterFields } from "./adapter-fields.ts";
export {
  fillCommand,
  fillJson,
  fillTemplate,
  placeholdersIn,
  type Fields,
} from "./fill-template.ts";
export { mcpForm } from "./mcp-form.ts";
export { adapterNames, readAdapter, type LoadedAdapter } from "./read-adapter.ts";
export type { TrajectoryFormat } from "./trajectories/formats.ts";
export type { NativeTrajectory } from "./trajectories/native-trajectory.ts";
export { readNativeTrajectory } from "./trajectories/read-trajectory.ts";
