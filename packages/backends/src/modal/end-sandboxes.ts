import type { RawCalls } from "./client/raw.ts";

/** Ends every running sandbox of an app that carries these tags; how many there were. */
export async function endSandboxes(
  raw: RawCalls,
  appId: string,
  tags: Record<string, string>,
): Promise<number> {
  const found: string[] = [];
  for await (const { id } of raw.sandboxes(appId, tags)) found.push(id);
  await Promise.all(found.map((id) => raw.terminate(id)));
  return found.length;
}
