import type { Subject } from "../upstream/upstream.ts";

/** Who asks, as a cassette knows it. A caller who says nothing asks for no trial in particular. */
export function cassetteTrial({ task, trial }: Subject): {
  task: string | null;
  trial: number | null;
} {
  return { task, trial: task === null && trial === 0 ? null : trial };
}

/** True where a recorded call can answer this asker. */
export function suits(
  { task, trial }: { task: string | null; trial: number | null },
  subject: Subject,
): boolean {
  const sameTask = task === null || subject.task === null || task === subject.task;
  return sameTask && (trial === null || trial === subject.trial);
}
