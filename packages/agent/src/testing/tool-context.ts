import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProcessGroups } from "@mx/cli/process-groups";
import type { ToolContext } from "../tools/tool.ts";

/** A folder of its own to run tools in; deleted, and what still runs ended, when it is disposed of. */
export async function toolContext(signal: AbortSignal = new AbortController().signal) {
  const cwd = await mkdtemp(join(tmpdir(), "mx-agent-test-"));
  let files = 0;
  const context: ToolContext = {
    cwd,
    signal,
    env: { ...process.env },
    spillFile: (kind = "txt") => join(cwd, `.spill-${(files += 1)}.${kind}`),
    mask: (text) => text.replaceAll("sesame-123", "***"),
    groups: new ProcessGroups(),
  };
  return Object.assign(context, {
    async [Symbol.asyncDispose]() {
      context.groups[Symbol.dispose]();
      await rm(cwd, { recursive: true, force: true });
    },
  });
}
