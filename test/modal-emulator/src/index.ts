export { Emulator } from "./emulator.ts";
export type { RecordedCall } from "./grpc/call-log.ts";
export type { AddedFault, Fault, Faults } from "./grpc/faults.ts";
export type { EmulatorOptions } from "./options.ts";
export type { ResultStatus, SandboxResult } from "./sandbox/result.ts";
export type { SandboxState } from "./sandbox/sandbox-state.ts";
export { startEmulator } from "./start-emulator.ts";
