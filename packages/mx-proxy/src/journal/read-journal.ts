import { ExitCode, MxError } from "@mx/cli";
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { DoneLine, ResultLine } from "./journal-line.ts";

/** No upstream keeps a result for longer, in ms: Modal does for seven days. */
const longestKept = 7 * 24 * 3_600_000;

const Line = z.union([ResultLine, DoneLine]);

/** The results that a journal knows of and that nobody has had. A last line that was not finished says nothing. */
export async function readJournal(path: string, now = Date.now()): Promise<ResultLine[]> {
  const open = new Map<string, ResultLine>();
  const lines = (await text(path)).split("\n");
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const read = Line.safeParse(parse(line));
    if (!read.success) {
      if (index === lines.length - 1) break;
      throw new MxError(`${path}:${index + 1}: not a line of a journal of results`, {
        code: "bad_journal",
        exitCode: ExitCode.badData,
        hint: "move the file away; calls whose results it names would be made again",
      });
    }
    if (read.data.type === "result_done") open.delete(read.data.id);
    else if (Date.parse(read.data.started_at) > now - longestKept)
      open.set(read.data.id, read.data);
  }
  return [...open.values()];
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
