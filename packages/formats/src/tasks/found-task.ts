import type { Task } from "@mx/records";

/** A file of a task folder, by its path in it. */
export interface TaskFile {
  path: string;
  bytes: Uint8Array;
  mode: number;
}

/** A folder that holds one task, read. */
export interface TaskFolder {
  /** Its own name, which names the task where nothing else does. */
  name: string;
  /** Its path, for messages. */
  path: string;
  files: readonly TaskFile[];
}

/** A task of another system, as mx has it. */
export interface FoundTask {
  task: Task;
  /** What the task says about networks: none at all, all of the internet, or some hosts of it. Null: nothing. */
  network: "none" | "public" | "allowlist" | null;
  /** What is not honoured, or was supposed: for people, one line each. */
  notes: string[];
}
