import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import * as z from "zod";
import { findFiles, shortPath } from "./find-files.ts";
import { lineMatcher } from "./line-matcher.ts";
import { openRegularFile } from "./open-regular-file.ts";
import { readLines, type FileLine } from "./read-lines.ts";
import { defineTool } from "./tool.ts";
import { ToolError } from "./tool-error.ts";

const maxMatches = 500;
const shownChars = 500;
const lineChars = 1_000_000;
const searchMs = 60_000;

/** Finds lines by a regular expression. */
export const grep = defineTool({
  name: "Grep",
  readOnly: true,
  description:
    "Finds the lines that match a JavaScript regular expression, in one file or in all text files below a " +
    'folder. Returns "path:line number:line" for each.',
  args: z.object({
    pattern: z.string().min(1).describe("the regular expression"),
    path: z.string().min(1).optional().describe("file or folder; default: the working folder"),
    glob: z.string().min(1).optional().describe('only files that match, for example "*.py"'),
    ignore_case: z.boolean().default(false).describe("upper and lower case are the same"),
  }),
  async run({ pattern, path, glob, ignore_case }, context) {
    const matches = lineMatcher(pattern, ignore_case);
    const start = resolve(context.cwd, path ?? ".");
    const files = await filesBelow(start, glob, context.signal);
    const found: string[] = [];
    const end = Date.now() + searchMs;
    for (const file of files) {
      for await (const lines of fileLines(file)) {
        for (const index of matches(lines.map((line) => line.text))) {
          const { number, text, cut } = lines[index]!;
          const shown =
            cut || text.length > shownChars ? `${text.slice(0, shownChars)}[... cut ...]` : text;
          found.push(`${shortPath(context.cwd, file)}:${number}:${shown}`);
        }
        if (found.length > maxMatches) {
          return `${found.slice(0, maxMatches).join("\n")}\n[... stopped at ${maxMatches} matches; narrow the search ...]`;
        }
        context.signal.throwIfAborted();
        if (Date.now() > end) {
          return `${found.join("\n")}\n[... stopped after ${searchMs} ms in ${file}; narrow the search ...]`;
        }
      }
    }
    return found.length === 0 ? "[no line matches]" : found.join("\n");
  },
});

async function filesBelow(start: string, glob: string | undefined, signal: AbortSignal) {
  const stats = await stat(start).catch(() => null);
  if (stats === null) throw new ToolError(`${start} does not exist`);
  if (!stats.isDirectory()) return [start];
  // A pattern without a folder means any folder, as in other greps.
  const anywhere = glob === undefined ? "**" : glob.includes("/") ? glob : `**/${glob}`;
  return findFiles(start, anywhere, signal);
}

/** The lines of a file in batches; none where it is binary, not a regular file, gone, or not to be read. */
async function* fileLines(path: string): AsyncGenerator<FileLine[]> {
  let file;
  try {
    ({ file } = await openRegularFile(path, "read"));
  } catch {
    return;
  }
  try {
    yield* readLines(file, lineChars);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
  } finally {
    await file.close();
  }
}
