import { ExitCode, MxError } from "@mx/cli";

/** A here-document of an instruction. */
export interface Heredoc {
  /** The word after `<<`. */
  name: string;
  text: string;
  /** Variables are filled in: its word had no quotes. */
  expands: boolean;
}

/** One instruction of a Dockerfile. */
export interface Instruction {
  /** Number of its first line, from 1. */
  line: number;
  /** In capitals. */
  name: string;
  /** `--from=x` as from → x; true where it has no value. */
  flags: Record<string, string | true>;
  /** What follows, its lines joined. */
  text: string;
  /** The words of the JSON form; null: it is in the shell form. */
  json: string[] | null;
  heredocs: Heredoc[];
}

const heredocWord = /<<(-?)(["']?)([A-Za-z_][\w.]*)\2/g;
const withHeredocs: ReadonlySet<string> = new Set(["RUN", "COPY", "ADD"]);

/**
 * The instructions of a Dockerfile, as docs.docker.com/reference/dockerfile has them: continued lines, comments in
 * between, the escape directive, here-documents and the JSON form. Throws MxError 65 that names the line.
 */
export function parseDockerfile(text: string): Instruction[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const escape = escapeOf(lines);
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    if (isBlank(lines[at]!)) continue;
    const first = at + 1;
    let whole = "";
    for (;;) {
      const line = lines[at] ?? "";
      const continued = line.trimEnd().endsWith(escape);
      whole += continued ? line.trimEnd().slice(0, -1) : line;
      if (!continued) break;
      // Comments and blank lines in the middle of an instruction are not part of it.
      do at += 1;
      while (at < lines.length && isBlank(lines[at]!));
      if (at >= lines.length) break;
    }
    const instruction = instructionOf(whole.trim(), first);
    if (withHeredocs.has(instruction.name)) at = readHeredocs(instruction, lines, at);
    instructions.push(instruction);
  }
  const start = instructions.find(({ name }) => name !== "ARG");
  if (start?.name !== "FROM") {
    throw badDockerfile(start?.line ?? 1, "a Dockerfile begins with FROM");
  }
  return instructions;
}

function isBlank(line: string): boolean {
  return line.trim() === "" || line.trimStart().startsWith("#");
}

/** Directives stand before everything else. */
function escapeOf(lines: string[]): string {
  for (const line of lines) {
    const [, name, value] = /^\s*#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(line) ?? [];
    if (name === undefined) return "\\";
    if (name.toLowerCase() === "escape") return value === "`" ? "`" : "\\";
  }
  return "\\";
}

function instructionOf(whole: string, line: number): Instruction {
  const [, word = "", rest = ""] = /^(\S+)\s*([^]*)$/.exec(whole) ?? [];
  const name = word.toUpperCase();
  if (!/^[A-Z]+$/.test(name))
    throw badDockerfile(line, `${JSON.stringify(word)} is no instruction`);
  const flags: Instruction["flags"] = {};
  let text = rest;
  for (;;) {
    const [flag, key, value] = /^--([a-z][\w-]*)(?:=("[^"]*"|\S*))?(?:\s+|$)/.exec(text) ?? [];
    if (flag === undefined || key === undefined) break;
    flags[key] = value === undefined ? true : value.replaceAll('"', "");
    text = text.slice(flag.length);
  }
  return { line, name, flags, text: text.trim(), json: jsonWords(text), heredocs: [] };
}

function jsonWords(text: string): string[] | null {
  if (!text.startsWith("[")) return null;
  try {
    const words: unknown = JSON.parse(text);
    const isWords = Array.isArray(words) && words.every((word) => typeof word === "string");
    return isWords ? (words as string[]) : null;
  } catch {
    return null;
  }
}

/** Reads what follows an instruction that ends in line `at`; the line where it ends after that. */
function readHeredocs(instruction: Instruction, lines: string[], at: number): number {
  let end = at;
  for (const [, dash, quote, name = ""] of instruction.text.matchAll(heredocWord)) {
    const tabs = (line: string) => (dash === "-" ? line.replace(/^\t+/, "") : line);
    let text = "";
    for (end += 1; tabs(lines[end] ?? name) !== name; end += 1) text += `${tabs(lines[end]!)}\n`;
    if (end >= lines.length) throw badDockerfile(instruction.line, `<<${name} has no end`);
    instruction.heredocs.push({ name, text, expands: quote === "" });
  }
  return end;
}

/** The error for a Dockerfile that cannot be read. */
export function badDockerfile(line: number, why: string): MxError {
  return new MxError(`Dockerfile:${line}: ${why}`, {
    code: "bad_dockerfile",
    exitCode: ExitCode.badData,
    hint: "correct it; `docker build` says more",
  });
}
