import * as z from "zod";
import { findFiles, folderOf, shortPath } from "./find-files.ts";
import { defineTool } from "./tool.ts";

const maxFiles = 1000;

/** Finds files by name. */
export const glob = defineTool({
  name: "Glob",
  readOnly: true,
  description:
    'Finds files whose path matches a glob pattern such as "src/**/*.ts". Returns one path per line, sorted.',
  args: z.object({
    pattern: z.string().min(1).describe("the pattern, relative to the folder"),
    path: z.string().min(1).optional().describe("folder to look in; default: the working folder"),
  }),
  async run({ pattern, path }, context) {
    const folder = await folderOf(context.cwd, path);
    const files = await findFiles(folder, pattern, context.signal);
    if (files.length === 0) return "[no file matches]";
    const lines = files.slice(0, maxFiles).map((file) => shortPath(context.cwd, file));
    const more = files.length - lines.length;
    if (more > 0) lines.push(`[... ${more} more files cut here; use a narrower pattern ...]`);
    return lines.join("\n");
  },
});
