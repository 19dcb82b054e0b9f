import {
  adapterFieldNames,
  fillCommand,
  fillTemplate,
  readNativeTrajectory,
  type Fields,
  type LoadedAdapter,
} from "@mx/agent/adapters";
import type { Sandbox } from "@mx/backends";
import { toTrajectory } from "@mx/formats";
import type { AgentIdentity } from "@mx/records";

/** A trajectory over this size is not read. */
export const mostTrajectoryBytes = 64 * 1024 * 1024;
/** Of objects, lists and lines: each costs many times its bytes in memory, and time in which no other trial moves. */
const mostParts = 2_000_000;
/** Names of more files than anybody looks at. */
const mostNames = 64 * 1024;
const [brace, bracket, newline] = Buffer.from("{[\n");
/** So long an agent may take to print its trajectory, in ms. */
const patienceMs = 60_000;

/** What became of an agent's trajectory. */
export type FoundTrajectory =
  /** ATIF v1.7, as JSON. */
  | { bytes: Buffer }
  /** It is there and cannot be read: why. */
  | { problem: string }
  /** There is none. */
  | null;

/** What is known of the trial. */
export interface TrajectoryContext {
  fields: Fields;
  env: Record<string, string>;
  model: string | null;
  agent: Pick<AgentIdentity, "name">;
  sessionId: string;
  signal: AbortSignal;
}

/**
 * The trajectory that an agent has left in its sandbox, as ATIF v1.7. Whatever is there was written by the agent: it is
 * read up to a limit, from regular files in the sandbox only, and what cannot be read is a finding and no error.
 */
export async function agentTrajectory(
  sandbox: Sandbox,
  { adapter }: LoadedAdapter,
  context: TrajectoryContext,
): Promise<FoundTrajectory> {
  const { trajectory } = adapter;
  if (trajectory === null) return null;
  try {
    const bytes = await nativeBytes(sandbox, trajectory, context);
    if (bytes === null) return null;
    if (bytes.length > mostTrajectoryBytes)
      throw new Error(`it is over ${mostTrajectoryBytes} bytes`);
    if (trajectory.format === "atif") return { bytes };
    if (hasMoreParts(bytes, mostParts)) {
      throw new Error(`it has over ${mostParts} objects, lists and lines`);
    }
    const text = new TextDecoder("utf8", { fatal: true }).decode(bytes);
    const native = readNativeTrajectory(trajectory.format, text);
    const made = toTrajectory(native.messages, {
      sessionId: native.sessionId ?? context.sessionId,
      agent: context.agent.name,
      model: native.model ?? context.model,
    });
    if (made === undefined) return null;
    made.agent.version = native.version ?? adapter.version ?? "unknown";
    return { bytes: Buffer.from(`${JSON.stringify(made)}\n`) };
  } catch (error) {
    return { problem: `the trajectory of ${adapter.name}: ${(error as Error).message}` };
  }
}

/** Counted before it is parsed. What stands in a text counts too, which costs nothing that is not there. */
function hasMoreParts(bytes: Buffer, most: number): boolean {
  let parts = 0;
  for (const byte of bytes) {
    if (byte === brace || byte === bracket || byte === newline) parts += 1;
  }
  return parts > most;
}

type Source = NonNullable<LoadedAdapter["adapter"]["trajectory"]>;

/** The bytes as the agent has left or prints them, one more than may be where there are more; null: none. */
async function nativeBytes(
  sandbox: Sandbox,
  { file, folder, name, command }: Source,
  context: TrajectoryContext,
): Promise<Buffer | null> {
  const fill = (text: string) => fillTemplate(text, context.fields, adapterFieldNames);
  if (command !== undefined) {
    const printed = await output(sandbox, fillCommand(command, context.fields, adapterFieldNames), {
      context,
      most: mostTrajectoryBytes,
    });
    return printed.length === 0 ? null : printed;
  }
  const path =
    file === undefined
      ? await firstFile(sandbox, fill(folder as string), name as string, context)
      : fill(file);
  if (path === null) return null;
  const found = await sandbox.readFile(path, mostTrajectoryBytes + 1);
  return found?.bytes ?? null;
}

/** The first file by its path: sessions are named by time or in a folder of the project. Links are no files. */
async function firstFile(
  sandbox: Sandbox,
  folder: string | null,
  name: string,
  context: TrajectoryContext,
): Promise<string | null> {
  if (folder === null) return null;
  const argv = ["find", folder, "-maxdepth", "8", "-type", "f", "-name", name];
  const names = (await output(sandbox, argv, { context, most: mostNames })).toString("utf8");
  const complete = names.slice(0, names.lastIndexOf("\n") + 1);
  return complete.split("\n").filter(Boolean).toSorted()[0] ?? null;
}

/** What a command prints in the sandbox, up to one byte over `most`. */
async function output(
  sandbox: Sandbox,
  argv: string[],
  { context, most }: { context: TrajectoryContext; most: number },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const { ended, detail } = await sandbox.exec({
    argv,
    env: context.env,
    timeoutMs: patienceMs,
    signal: context.signal,
    onStdout: (chunk) => {
      if (bytes > most) return;
      const taken = chunk.subarray(0, most + 1 - bytes);
      bytes += taken.length;
      chunks.push(taken);
    },
  });
  if (ended !== "exited") throw new Error(`${argv[0]}: ${detail ?? ended}`);
  return Buffer.concat(chunks);
}
