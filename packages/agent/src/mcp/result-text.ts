import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { writeFile } from "node:fs/promises";
import { BoundedOutput } from "../tools/bounded-output.ts";
import type { ToolContext, ToolResult } from "../tools/tool.ts";

type Part = CallToolResult["content"][number];

/**
 * What a server answered, as text. Images, sound and other bytes are written to a file that the text names; a
 * long text is shown with its head and tail and the file that has all of it.
 */
export async function resultText(
  result: CallToolResult,
  context: ToolContext,
): Promise<ToolResult> {
  const parts: string[] = [];
  for (const part of result.content) parts.push(await partText(part, context));
  if (parts.length === 0 && result.structuredContent !== undefined) {
    parts.push(JSON.stringify(result.structuredContent));
  }
  const output = new BoundedOutput(() => context.spillFile());
  output.push(Buffer.from(parts.join("\n")));
  const text = output.text();
  output.close();
  return { text: text === "" ? "[the result is empty]" : text, failed: result.isError === true };
}

async function partText(part: Part, context: ToolContext): Promise<string> {
  switch (part.type) {
    case "text":
      return part.text;
    case "image":
    case "audio":
      return await saved(part.type, part.data, part.mimeType, context);
    case "resource": {
      const { resource } = part;
      if ("text" in resource) return `[resource ${resource.uri}]\n${resource.text}`;
      return await saved(`resource ${resource.uri}`, resource.blob, resource.mimeType, context);
    }
    case "resource_link":
      return `[link to the resource ${part.uri}: ${part.description ?? part.name}]`;
  }
}

async function saved(
  what: string,
  base64: string,
  mimeType: string | undefined,
  context: ToolContext,
): Promise<string> {
  const bytes = Buffer.from(base64, "base64");
  const kind = /^[a-z]+\/([a-z0-9]{1,10})/.exec(mimeType ?? "")?.[1] ?? "bin";
  const about = `${what}, ${mimeType ?? "of unknown type"}, ${bytes.length} bytes`;
  const path = context.spillFile(kind);
  try {
    await writeFile(path, bytes, { flag: "wx", mode: 0o600 });
  } catch (error) {
    return `[${about}; it could not be saved: ${(error as Error).message}]`;
  }
  return `[${about}; saved in ${path}]`;
}
