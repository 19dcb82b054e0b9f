import { posix } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import type { Build } from "@mx/records";
import { BuildContext } from "../build/context-files.ts";
import { copyFiles, NotPlain } from "../build/copy-files.ts";
import { parseDockerfile, type Instruction } from "../build/dockerfile.ts";
import { nextWorkdir, settings } from "../build/variables.ts";
import type { SandboxFile } from "../sandbox.ts";
import { shellQuote } from "./shell-quote.ts";

/** Linux takes 128 KiB in one argument, and a RUN is one. */
const chunkBytes = 45_000;
/** More than this in a Dockerfile is no layer any more but an upload. */
const mostBytes = 1024 * 1024;

/** What starts no program here: a sandbox has a main process of its own. */
const leftOut: ReadonlySet<string> = new Set(
  "CMD ENTRYPOINT HEALTHCHECK EXPOSE VOLUME STOPSIGNAL ONBUILD MAINTAINER".split(" "),
);

/**
 * The lines of a Dockerfile that needs no build context: Modal's calls have none, so that files travel in RUN lines,
 * as base64. Throws MxError 65 that names the line where that cannot be done, and for more than 1 MiB of files.
 */
export function imageCommands(build: Build): string[] {
  const context = new BuildContext(build.files);
  let workdir = "/";
  let variables: Record<string, string> = {};
  let left = mostBytes;
  return parseDockerfile(build.dockerfile).flatMap((instruction) => {
    const { name, text, flags } = instruction;
    if (leftOut.has(name)) return [];
    if (name === "FROM") workdir = "/";
    if (name === "WORKDIR") workdir = nextWorkdir(workdir, text, variables);
    if (name === "ARG" || name === "ENV") {
      variables = { ...variables, ...settings(name, text, variables) };
    }
    const isAddress = name === "ADD" && /^([a-z+]+:\/\/|git@)/.test(text);
    if ((name !== "COPY" && name !== "ADD") || "from" in flags || isAddress) {
      return [wholeText(instruction)];
    }
    try {
      const files = copyFiles(instruction, context, { workdir, variables });
      left -= files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
      if (left < 0) throw new NotPlain("Modal gets files in RUN lines, and this is over 1 MiB");
      return files.flatMap(fileCommands);
    } catch (error) {
      if (!(error instanceof NotPlain)) throw error;
      throw new MxError(
        `Dockerfile:${instruction.line}: ${name} ${text.slice(0, 80)}: ${error.message}`,
        {
          code: "modal_build_unsupported",
          exitCode: ExitCode.badData,
          hint: "push the image to a registry and give the task its `image`, or pass --backend container",
        },
      );
    }
  });
}

/** An instruction as one text again, with its here-documents. */
function wholeText({ name, flags, text, heredocs }: Instruction): string {
  const given = Object.entries(flags).map(([key, value]) =>
    value === true ? `--${key}` : `--${key}=${value}`,
  );
  const first = [name, ...given, text].join(" ");
  return [first, ...heredocs.map((doc) => `${doc.text}${doc.name}`)].join("\n");
}

function fileCommands({ path, bytes, mode }: SandboxFile): string[] {
  const whole = Buffer.from(bytes).toString("base64");
  const place = shellQuote(path);
  const chunks: string[] = [];
  for (let at = 0; at < whole.length || at === 0; at += chunkBytes) {
    chunks.push(whole.slice(at, at + chunkBytes));
  }
  return chunks.map((chunk, n) => {
    const how = n === 0 ? `mkdir -p ${shellQuote(posix.dirname(path))} && ` : "";
    const last = n === chunks.length - 1 ? ` && chmod ${mode.toString(8)} ${place}` : "";
    return `RUN ${how}printf %s ${shellQuote(chunk)} | base64 -d ${n === 0 ? ">" : ">>"}${place}${last}`;
  });
}
