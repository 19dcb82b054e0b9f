/**
 * The names of the services of a Docker Compose file, and the keys of the first one, where they are written in the
 * usual block style; null where they are not. Enough to tell one container from several.
 */
export function composeServices(text: string): { names: string[]; keys: string[] } | null {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line));
  const start = lines.findIndex((line) => /^services\s*:\s*(#.*)?$/.test(line));
  if (start < 0) return null;
  const block: string[] = [];
  for (const line of lines.slice(start + 1)) {
    if (!/^\s/.test(line)) break;
    block.push(line);
  }
  const indent = /^\s*/.exec(block[0] ?? "")![0].length;
  const depth = (line: string) => /^\s*/.exec(line)![0].length;
  const keyOf = (line: string) => /^\s*["']?([\w.-]+)["']?\s*:/.exec(line)?.[1];
  const names = block.filter((line) => depth(line) === indent).map(keyOf);
  const inner = depth(block[1] ?? "");
  const keys = block.slice(1).filter((line) => depth(line) === inner && inner > indent);
  if (names.length === 0 || names.includes(undefined)) return null;
  return { names: names as string[], keys: keys.flatMap((line) => keyOf(line) ?? []) };
}
