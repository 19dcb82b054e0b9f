import { posix } from "node:path";
import { splitWords } from "@mx/cli/split-words";
import type { SandboxFile } from "../sandbox.ts";
import { BuildContext, type Source } from "./context-files.ts";
import { badDockerfile, type Instruction } from "./dockerfile.ts";
import { fillIn, type Variables } from "./variables.ts";

/** What an instruction cannot do with the files of the build context alone; `why` is for people. */
export class NotPlain extends Error {}

/** Docker's name for what ADD takes apart by itself. */
const archive = /\.(tar|tar\.(gz|bz2|xz|zst)|tgz|tbz2?|txz)$/i;
const known: ReadonlySet<string> = new Set(["chmod", "chown", "link"]);

/**
 * The files that a COPY or ADD puts in place, by absolute path, where they come from the build context or from
 * here-documents. Throws NotPlain for everything else: other stages, addresses, archives.
 */
export function copyFiles(
  instruction: Instruction,
  context: BuildContext,
  { workdir, variables }: { workdir: string; variables: Variables },
): SandboxFile[] {
  const { name, flags, heredocs, json, text } = instruction;
  const strange = Object.keys(flags).find((flag) => !known.has(flag));
  if (strange !== undefined) throw new NotPlain(`--${strange} needs a builder`);
  const words = (json ?? splitWords(text)).map((word) => fillIn(word, variables));
  const target = words.pop();
  if (target === undefined || words.length === 0) throw new NotPlain("it names no files");
  const sources = words.flatMap((word): Source[] => {
    const here = /^<<-?["']?([\w.]+)["']?$/.exec(word)?.[1];
    if (here !== undefined) {
      const { text: said = "", expands } = heredocs.find((doc) => doc.name === here) ?? {};
      const bytes = Buffer.from(expands === true ? fillIn(said, variables) : said);
      return [{ isFolder: false, files: [{ name: here, bytes, mode: 0o644 }] }];
    }
    if (name === "ADD" && /^[a-z+]+:\/\/|^git@/.test(word)) throw new NotPlain("it is fetched");
    if (name === "ADD" && archive.test(word)) throw new NotPlain("an archive is taken apart");
    const found = context.find(word);
    if (found.length === 0) {
      throw badDockerfile(instruction.line, `there is no ${word} in the build context`);
    }
    return found;
  });
  const isFolder =
    target.endsWith("/") || target === "." || sources.length > 1 || sources[0]!.isFolder;
  const place = posix.resolve("/", workdir, target);
  const mode = modeOf(flags["chmod"]);
  return sources.flatMap(({ files }) =>
    files.map((file) => ({
      path: isFolder ? posix.join(place, file.name) : place,
      bytes: file.bytes,
      mode: mode ?? file.mode,
    })),
  );
}

function modeOf(chmod: string | true | undefined): number | undefined {
  if (chmod === undefined) return undefined;
  if (chmod === true || !/^[0-7]{3,4}$/.test(chmod))
    throw new NotPlain("--chmod is no octal number");
  return Number.parseInt(chmod, 8) & 0o777;
}
