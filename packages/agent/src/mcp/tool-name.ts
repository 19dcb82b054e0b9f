import { createHash } from "node:crypto";

const maxChars = 64;
const hashChars = 8;

/**
 * The name that the model knows a server's tool by: `mcp__SERVER__TOOL`, in the characters and the length that model
 * APIs take. Where that is taken, or something had to be cut, a hash of the two names makes it unique.
 */
export function mcpToolName(
  server: string,
  tool: string,
  isTaken: (name: string) => boolean,
): string {
  const name = `mcp__${server}__${tool}`.replace(/[^\w-]/gu, "_");
  if (name.length <= maxChars && !isTaken(name)) return name;
  const hash = createHash("sha256").update(`${server}\0${tool}`).digest("hex").slice(0, hashChars);
  return `${name.slice(0, maxChars - hashChars - 1)}_${hash}`;
}
