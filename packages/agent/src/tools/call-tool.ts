import { writeFile } from "node:fs/promises";
import * as z from "zod";
import { AgentFault } from "../agent-fault.ts";
import { cutText } from "./cut-text.ts";
import type { Tool, ToolContext, ToolResult } from "./tool.ts";
import { wellFormed } from "../well-formed.ts";

const resultChars = 100_000;
const faultChars = 2000;

/** A call as the model asked for it. */
export interface ToolRequest {
  name: string;
  /** the arguments as the model wrote them, which need not be JSON */
  arguments: string;
  /** why it cannot be carried out, where that is known already */
  malformed?: string;
}

/** Carries out one call. Whatever the model did wrong becomes a failed result for it to read, never a crash. */
export async function callTool(
  tools: readonly Tool[],
  request: ToolRequest,
  context: ToolContext,
): Promise<ToolResult> {
  if (request.malformed !== undefined) return failure(request.malformed);
  const tool = tools.find(({ name }) => name === request.name);
  if (tool === undefined) {
    const names = tools.map(({ name }) => name).join(", ");
    return failure(`there is no tool ${JSON.stringify(request.name)}. The tools are: ${names}`);
  }
  let args: unknown;
  try {
    args = JSON.parse(request.arguments.trim() || "{}");
  } catch (error) {
    return failure(`the arguments are not JSON: ${(error as Error).message}`);
  }
  try {
    const { text, failed } = await tool.call(args, context);
    return { text: await shown(context.mask(wellFormed(text)), context), failed };
  } catch (error) {
    if (context.signal.aborted || error instanceof AgentFault) throw error;
    if (error instanceof z.ZodError) return failure(`bad arguments: ${z.prettifyError(error)}`);
    return failure(error instanceof Error ? error.message : String(error));
  }
}

/** The text, or where it is too long, its head and tail and the file that has all of it. */
async function shown(text: string, context: ToolContext): Promise<string> {
  if (text.length <= resultChars) return text;
  const path = context.spillFile();
  const written = await writeFile(path, text, { mode: 0o600, flag: "wx" }).then(
    () => true,
    () => false,
  );
  return cutText(text, resultChars, written ? path : null);
}

function failure(message: string): ToolResult {
  return { text: `Error: ${cutText(wellFormed(message), faultChars)}`, failed: true };
}
