import { mapConcurrent } from "@mx/cli";
import type { ReplyCall } from "../model/reply.ts";
import { callTool } from "../tools/call-tool.ts";
import type { Tool, ToolContext, ToolResult } from "../tools/tool.ts";

const maxTogether = 8;

/** The result of a call, and how long it took. */
export interface CallResult extends ToolResult {
  elapsedMs: number;
}

/**
 * Carries out the calls of one reply. They run in order, one after another, but for neighbours that change
 * nothing: those run together. `results` gets each result at its call's place, also where a later call throws.
 */
export async function carryOut(
  calls: readonly ReplyCall[],
  tools: readonly Tool[],
  context: ToolContext,
  results: (CallResult | undefined)[],
): Promise<void> {
  const one = async (index: number) => {
    context.signal.throwIfAborted();
    const started = performance.now();
    const result = await callTool(tools, calls[index]!, context);
    results[index] = { ...result, elapsedMs: Math.round(performance.now() - started) };
  };
  for (const group of groupsOf(calls, tools)) {
    for await (const _ of mapConcurrent(group, maxTogether, one));
  }
}

/** The indexes of the calls, cut into those that may run together. */
function groupsOf(calls: readonly ReplyCall[], tools: readonly Tool[]): number[][] {
  const readOnly = new Set(tools.filter((tool) => tool.readOnly).map(({ name }) => name));
  const groups: number[][] = [];
  let together = false;
  for (const [index, { name }] of calls.entries()) {
    if (together && readOnly.has(name)) groups.at(-1)!.push(index);
    else groups.push([index]);
    together = readOnly.has(name);
  }
  return groups;
}
