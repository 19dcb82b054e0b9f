import type { CallContext } from "nice-grpc";
import type { SecretSource } from "../control/control-api.ts";

/*
 * Messages of modal.task_command_router.TaskCommandRouter, as far as they are used. The SDK exports no types for them;
 * defaults of the protocol are filled in when a message arrives.
 */

interface OfTask {
  taskId: string;
}
interface OfExec extends OfTask {
  execId: string;
}

export interface ExecStart extends OfExec {
  commandArgs: string[];
  /** 0: drop, 1: keep. */
  stdoutConfig: number;
  /** 0: drop, 1: keep, 2: into stdout. */
  stderrConfig: number;
  timeoutSecs?: number | undefined;
  workdir?: string | undefined;
  secretIds: string[];
  env: Record<string, string>;
  secretSources: SecretSource[];
}

export interface StdioRead extends OfTask {
  offset: number;
  /** 0: stdout, 1: stderr. */
  fileDescriptor: number;
}

export interface StdinWrite extends OfTask {
  offset: number;
  data: Uint8Array;
  eof: boolean;
}

export interface StdinStreamItem {
  start?: (OfExec & { offset: number }) | undefined;
  data?: Uint8Array | undefined;
  end?: object | undefined;
}

export interface ExitReply {
  code?: number;
  signal?: number;
}

type Call<Request, Reply> = (request: Request, call: CallContext) => Promise<Reply>;
type Stream<Request, Item> = (request: Request, call: CallContext) => AsyncIterable<Item>;
type Path = { path: Uint8Array };
/** An id of the client's own, the same for every try. */
type Snapshot = { snapshotId: string };

/** Handlers of the task router's RPCs. */
export interface RouterCalls {
  taskExecStart?: Call<ExecStart, object>;
  taskExecPoll?: Call<OfExec, ExitReply>;
  taskExecWait?: Call<OfExec, ExitReply>;
  taskExecStdioRead?: Stream<StdioRead & OfExec, { data: Uint8Array }>;
  taskExecStdinWrite?: Call<StdinWrite & OfExec, object>;
  taskExecStdinWriteStream?: Call<AsyncIterable<StdinStreamItem>, object>;
  taskExecStdinStatus?: Call<OfExec, { numBytesWritten: number; closed: boolean }>;
  sandboxStdioReadV2?: Stream<StdioRead, { data: Uint8Array; startingOffset: number }>;
  sandboxStdinWriteV2?: Call<StdinWrite, object>;
  sandboxWaitUntilReady?: Call<OfTask & { timeout: number }, { readyAt: number }>;
  taskReloadVolumes?: Call<OfTask, object>;
  taskSetNetworkAccess?: Call<OfTask & { networkAccess?: NetworkAccess | undefined }, object>;
  taskSnapshotFilesystem?: Call<OfTask & Snapshot, { imageId: string }>;
  taskSnapshotDirectory?: Call<OfTask & Path & Snapshot, { imageId: string }>;
  taskMountDirectory?: Call<OfTask & Path & { imageId: string }, object>;
  taskUnmountDirectory?: Call<OfTask & Path, object>;
}

export interface NetworkAccess {
  /** 1: open, 2: blocked, 3: only what is listed. */
  networkAccessType: number;
  allowedCidrs: string[];
  allowedDomains: string[];
}
