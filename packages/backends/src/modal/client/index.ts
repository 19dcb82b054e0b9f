export { modalError, failureKind, failureText, type FailureKind } from "./modal-failure.ts";
export { NamedObjects, type NamedSecret, type NamedVolume } from "./named-objects.ts";
export { isLoopback, openModalClient, type ModalConnection } from "./open-modal-client.ts";
export { RawCalls, type SandboxRow, type VolumeEntry } from "./raw.ts";
export { VolumeReader } from "./volume-reader.ts";
export { DeadlineError, withDeadline } from "./with-deadline.ts";
