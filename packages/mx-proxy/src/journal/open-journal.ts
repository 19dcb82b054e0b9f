import { ExitCode, MxError } from "@mx/cli";
import type { Flags } from "../flags.ts";
import { lockHolder, takeLock } from "@mx/store/lock-file";
import { hostname } from "node:os";
import { ResultJournal } from "./result-journal.ts";

export interface JournalOptions {
  flags: Flags;
  note: (text: string) => void;
  /** Hears that the journal cannot be written any more. */
  broken: (error: MxError) => void;
}

/** The journal that flags name, else the one beside the ledger, else one that forgets with this process. */
export async function openJournal(options: JournalOptions): Promise<ResultJournal> {
  const { flags, note, broken } = options;
  if (flags.journal !== undefined) return await openFile(flags.journal, broken);
  if (flags.ledger === undefined) return ResultJournal.inMemory();
  try {
    return await openFile(`${flags.ledger}.results`, broken);
  } catch (error) {
    if (error instanceof MxError && error.exitCode === ExitCode.badData) throw error;
    note(`results of long calls are not remembered on disk: ${(error as Error).message}`);
    return ResultJournal.inMemory();
  }
}

async function openFile(path: string, broken: (error: MxError) => void): Promise<ResultJournal> {
  const lockPath = `${path}.lock`;
  let lock: AsyncDisposable;
  try {
    lock = await takeLock(lockPath);
  } catch (cause) {
    const held = cause instanceof MxError && cause.code === "run_locked";
    const why = held ? await heldBy(lockPath) : (cause as Error).message;
    throw notOpened(path, why, cause);
  }
  try {
    return await ResultJournal.open({ path, lock }, broken);
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error instanceof MxError ? error : notOpened(path, (error as Error).message, error);
  }
}

/** Who holds the lock, and what to do where that is no more; another host's process cannot be seen from here. */
async function heldBy(lockPath: string): Promise<string> {
  const holder = await lockHolder(lockPath);
  if (holder === null || holder === "gone") return "another process has just used it";
  const where = holder.host === hostname() ? "" : ` on ${holder.host}`;
  return `process ${holder.pid}${where} uses it; if that is gone, delete ${lockPath}`;
}

function notOpened(path: string, why: string, cause?: unknown): MxError {
  return new MxError(`the journal ${path} cannot be opened: ${why}`, {
    code: "journal_not_writable",
    exitCode: ExitCode.usage,
    hint: "give --journal a file of its own, in a folder that you can write to",
    cause,
  });
}
