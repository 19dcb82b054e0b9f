import { resolve } from "node:path";
import * as z from "zod";
import { openRegularFile } from "./open-regular-file.ts";
import { readLines } from "./read-lines.ts";
import { defineTool } from "./tool.ts";
import { ToolError } from "./tool-error.ts";

const lineChars = 2000;
const totalChars = 60_000;

/** Shows a text file with line numbers. */
export const read = defineTool({
  name: "Read",
  readOnly: true,
  description:
    "Reads a text file. Each line is shown with its number and a tab before it; neither is part of the file. " +
    "Long files are cut: use offset and limit for the rest.",
  args: z.object({
    file_path: z.string().min(1).describe("the file"),
    offset: z.int().min(1).default(1).describe("first line to show, from 1"),
    limit: z.int().min(1).max(100_000).default(2000).describe("how many lines to show at most"),
  }),
  async run({ file_path, offset, limit }, context) {
    const path = resolve(context.cwd, file_path);
    const { file, stats } = await openRegularFile(path, "read");
    try {
      const shown: string[] = [];
      let chars = 0;
      let last = 0;
      for await (const lines of readLines(file, lineChars)) {
        for (const line of lines) {
          last = line.number;
          if (line.number < offset) continue;
          if (shown.length === limit || chars > totalChars) {
            shown.push(`[... cut here; go on with offset ${line.number} ...]`);
            return shown.join("\n");
          }
          const text = `${String(line.number).padStart(6)}\t${line.text}`;
          shown.push(line.cut ? `${text}[... cut at ${lineChars} characters ...]` : text);
          chars += text.length;
        }
        context.signal.throwIfAborted();
      }
      if (last === 0) return "[the file is empty]";
      if (shown.length === 0) throw new ToolError(`${path} has only ${last} lines`);
      return shown.join("\n");
    } catch (error) {
      if (error instanceof ToolError && error.message === "it is a binary file") {
        throw new ToolError(
          `${path} is a binary file of ${stats.size} bytes; look at it with Bash`,
        );
      }
      throw error;
    } finally {
      await file.close();
    }
  },
});
