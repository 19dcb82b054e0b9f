import { fileBytes, type Build } from "@mx/records";
import { posix } from "node:path";

/** A file that an instruction takes from the build context. */
export interface ContextFile {
  /** Path below what was named: the file's name, or its path in a folder that was named. */
  name: string;
  bytes: Uint8Array;
  mode: number;
}

/** What a COPY source stands for: one file, or what lies in a folder. */
export interface Source {
  isFolder: boolean;
  files: ContextFile[];
}

/** The files of a build context, less what its .dockerignore leaves out. */
export class BuildContext {
  readonly #files: Map<string, { bytes: Uint8Array; mode: number }>;

  constructor(files: Build["files"]) {
    const all = Object.entries(files ?? {}).map(
      ([path, content]) => [posix.normalize(path), fileBytes(content)] as const,
    );
    const rules = ignoreRules(all.find(([path]) => path === ".dockerignore")?.[1].bytes);
    this.#files = new Map(all.filter(([path]) => !isIgnored(path, rules)));
  }

  /** What a source, a pattern of names perhaps, stands for; in the order of their paths. Empty: nothing is there. */
  find(source: string): Source[] {
    const path = contextPath(source);
    const paths = [...this.#files.keys()].sort();
    if (path === "") return [this.#folder("", paths)];
    const pattern = new RegExp(`^(${globSource(path)})(/|$)`, "s");
    const named = new Set(paths.flatMap((known) => pattern.exec(known)?.[1] ?? []));
    return [...named].map((name) => {
      const file = this.#files.get(name);
      if (file === undefined) return this.#folder(`${name}/`, paths);
      return { isFolder: false, files: [{ name: posix.basename(name), ...file }] };
    });
  }

  #folder(prefix: string, paths: string[]): Source {
    const files = paths
      .filter((path) => path.startsWith(prefix))
      .map((path) => ({ name: path.slice(prefix.length), ...this.#files.get(path)! }));
    return { isFolder: true, files };
  }
}

/** A path below the context, whose root is empty: without a slash at either end, and never above it. */
function contextPath(path: string): string {
  return posix.join("/", path).slice(1).replace(/\/$/, "");
}

/** Go's filepath.Match as a regular expression: `*`, `?` and classes within a name. `**` goes over folders. */
function globSource(pattern: string): string {
  return pattern.replaceAll(/\*\*\/?|\*|\?|\[\^?[^\]]+\]|\\.|[^]/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.length > 1 && part.startsWith("[")) return part;
    return part.replace(/^\\(.)$/s, "$1").replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  });
}

interface Rule {
  matches: RegExp;
  keeps: boolean;
}

function ignoreRules(bytes: Uint8Array | undefined): Rule[] {
  const lines = Buffer.from(bytes ?? "")
    .toString("utf8")
    .split("\n");
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const keeps = line.startsWith("!");
      const path = contextPath(keeps ? line.slice(1) : line);
      return { matches: new RegExp(`^${globSource(path)}(/|$)`, "s"), keeps };
    });
}

/** The last rule that matches decides. */
function isIgnored(path: string, rules: Rule[]): boolean {
  const last = rules.findLast(({ matches }) => matches.test(path));
  return last !== undefined && !last.keeps;
}
