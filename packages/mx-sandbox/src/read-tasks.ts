import { ExitCode, MxError } from "@mx/cli";
import { Endpoint, type AnyRecord, type Task } from "@mx/records";
import type { Flags } from "./flags.ts";
import { readBatch, toTask } from "./read-batch.ts";

/** Where the tasks of a run come from. */
export interface TaskSource {
  /** The tasks, in order, each id once. Throws MxError 65 for one that is wrong. */
  tasks: AsyncIterable<Task> | Iterable<Task>;
  /** All ids, where they are known before the first task runs; null for a stream. */
  ids: string[] | null;
  /** Endpoint record that came before the first task on stdin. */
  endpoint: Endpoint | null;
}

function* uniqueIds(tasks: Iterable<Task>): Generator<Task> {
  const seen = new Set<string>();
  for (const task of tasks) {
    if (seen.has(task.id)) throw duplicateId(task.id);
    seen.add(task.id);
    yield task;
  }
}

function duplicateId(id: string): MxError {
  return new MxError(`task id ${JSON.stringify(id)} is given twice`, {
    code: "duplicate_task",
    exitCode: ExitCode.badData,
    hint: "give each task an id of its own; repeat a task with --trials",
  });
}

/**
 * Tasks from --prompt, --batch, --tasks or stdin; exactly one of them.
 *
 * From a stream, tasks are taken as they are needed, and an endpoint record before the first task is
 * kept for the run.
 */
export async function readTasks(
  flags: Flags,
  records: AsyncIterable<AnyRecord>,
  note: (text: string) => void,
): Promise<TaskSource> {
  const given = { "--prompt": flags.prompt, "--batch": flags.batch, "--tasks": flags.tasks[0] };
  const sources = Object.entries(given).filter(([, value]) => value !== undefined);
  if (sources.length > 1) {
    throw new MxError(`${sources.map(([name]) => name).join(" and ")} exclude each other`, {
      code: "usage",
      exitCode: ExitCode.usage,
    });
  }
  if (flags.tasks.length > 0) {
    // Loaded here: few runs need what reads the formats of others.
    const { readTaskFlags } = await import("./tasks/read-task-flags.ts");
    const found = readTaskFlags(flags, note).map(({ task }) => task);
    const all = [...uniqueIds(found)];
    return { tasks: all, ids: all.map((task) => task.id), endpoint: null };
  }
  if (flags.prompt !== undefined || flags.batch !== undefined) {
    const all =
      flags.batch === undefined
        ? [toTask({ id: "prompt", prompt: flags.prompt }, "--prompt")]
        : [...uniqueIds(await readBatch(flags.batch))];
    return { tasks: all, ids: all.map((task) => task.id), endpoint: null };
  }
  return readStream(records, note);
}

/** A task record, or an object with a prompt that somebody wrote without `type`. */
function isTask(record: Partial<AnyRecord>): boolean {
  if (record.type !== undefined) return record.type === "task";
  return record["prompt"] !== undefined || record["messages"] !== undefined;
}

async function readStream(
  records: AsyncIterable<AnyRecord>,
  note: (text: string) => void,
): Promise<TaskSource> {
  const iterator = records[Symbol.asyncIterator]();
  let endpoint: Endpoint | null = null;
  let next = await iterator.next();
  while (!next.done && next.value.type === "endpoint") {
    // The frame has checked it already: `endpoint` is among what the command reads.
    endpoint = next.value as unknown as Endpoint;
    next = await iterator.next();
  }
  async function* tasks(): AsyncGenerator<Task> {
    const seen = new Set<string>();
    let skipped = 0;
    try {
      for (; !next.done; next = await iterator.next()) {
        if (!isTask(next.value)) {
          skipped += 1;
          continue;
        }
        const task = toTask(next.value, "stdin");
        if (seen.has(task.id)) throw duplicateId(task.id);
        seen.add(task.id);
        yield task;
      }
    } finally {
      await iterator.return?.();
    }
    if (skipped > 0) note(`${skipped} records on stdin were not tasks and were not run`);
  }
  return { tasks: tasks(), ids: null, endpoint };
}

/** The same tasks, all of them read, so that they can be gone through twice. */
export async function readAhead(source: TaskSource): Promise<TaskSource> {
  const tasks: Task[] = [];
  for await (const task of source.tasks) tasks.push(task);
  return { ...source, tasks, ids: tasks.map(({ id }) => id) };
}
