import { sha256 } from "@mx/records";
import { readFileSync, statSync } from "node:fs";

/** Larger files are data that a grader is given, and take long to read. */
const most = 64 * 1024 * 1024;

/** The words of a command line, as far as a shell would split them without expanding anything. */
function words(line: string): string[] {
  return Array.from(line.matchAll(/"([^"]*)"|'([^']*)'|([^\s"';|&<>()]+)/gu)).map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
}

function digestOf(path: string): string | null {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= most ? sha256(readFileSync(path)) : null;
  } catch {
    return null;
  }
}

/**
 * Digests of the files that a command names, by word: its program where that is a path, a script that an
 * interpreter is given, a table of answers. A grader whose file has changed is another grader.
 */
export function programFiles(command: string | readonly string[]): Record<string, string> {
  const named = typeof command === "string" ? words(command) : command;
  const digests = named.map((word) => [word, digestOf(word)] as const);
  return Object.fromEntries(digests.filter((pair): pair is [string, string] => pair[1] !== null));
}
