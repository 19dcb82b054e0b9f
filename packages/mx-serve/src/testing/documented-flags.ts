import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../engines/documented");

function linesOf(name: string): string[] {
  const text = readFileSync(join(folder, `${name}.txt`), "utf8");
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** Names of the flags of a program and version, `--no-NAME` included where there is such a form. */
export function documentedFlags(name: string): Set<string> {
  return new Set(
    linesOf(name).flatMap((line) =>
      line.startsWith("!") ? [line.slice(1), line.replace("!--", "--no-")] : [line],
    ),
  );
}

/** Names of the parsers that an engine knows. */
export function documentedParsers(engine: "vllm" | "sglang", kind: "tool" | "reasoning"): string[] {
  const start = `${engine} ${kind} `;
  return linesOf("parsers").flatMap((line) =>
    line.startsWith(start) ? line.slice(start.length).split(" ") : [],
  );
}

/** The flags of a command line; what follows a flag and is no flag is its value. */
export function flagsOf(argv: readonly string[]): string[] {
  return argv.filter((word) => word.startsWith("--"));
}
