import { setTimeout as sleep } from "node:timers/promises";

/** What a wait knows besides. */
export interface UntilOptions {
  /** Seconds that it may take. */
  seconds?: number;
  /** What helps to see why it has not come to be. */
  said?: () => string;
  /** The program that brings it about: once it has ended, nothing is waited for any more. */
  program?: Promise<{ exitCode?: number | undefined; stderr?: unknown }>;
}

/** Resolves once that holds; rejects, with what was waited for, where it takes too long. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  { seconds = 45, said = () => "", program }: UntilOptions = {},
): Promise<void> {
  let ended = "";
  void program?.then(
    ({ exitCode, stderr }) => (ended = `it ended with ${exitCode}: ${String(stderr)}`),
  );
  for (const began = Date.now(); !(await holds()); await sleep(50))
    if (ended !== "" || Date.now() - began > seconds * 1000)
      throw new Error(`not within ${seconds} s: ${what}\n${said()}${ended}`);
}
