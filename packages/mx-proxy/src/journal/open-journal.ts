import { ExitCode, MxError } from "@mx/cli";
import type { Flags } from "../flags.ts";
import { FileLock } from "./file-lock.ts";
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
  let lock: FileLock | string;
  try {
    lock = await FileLock.take(`${path}.lock`);
  } catch (cause) {
    throw notOpened(path, (cause as Error).message, cause);
  }
  if (typeof lock === "string") {
    throw notOpened(path, `${lock} uses it; if that is gone, delete ${path}.lock`);
  }
  try {
    return await ResultJournal.open({ path, lock }, broken);
  } catch (error) {
    await lock.release();
    throw error instanceof MxError ? error : notOpened(path, (error as Error).message, error);
  }
}

function notOpened(path: string, why: string, cause?: unknown): MxError {
  return new MxError(`the journal ${path} cannot be opened: ${why}`, {
    code: "journal_not_writable",
    exitCode: ExitCode.usage,
    hint: "give --journal a file of its own, in a folder that you can write to",
    cause,
  });
}
