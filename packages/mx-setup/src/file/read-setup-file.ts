import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import type * as z from "zod";
import { objectName, SetupFile } from "./setup-file.ts";

/** A setup file, checked, with its relative paths resolved. */
export interface Setup extends SetupFile {
  /** As it was named. */
  path: string;
  env_file: string;
  generated_file: string;
}

const mostProblems = 10;

/** Reads a setup file. Throws MxError 2 that names line and column of what is wrong, and shows no value of it. */
export async function readSetupFile(path: string, environment?: string): Promise<Setup> {
  const text = await read(path);
  const lines = new LineCounter();
  // No excerpts: a value that was pasted into the file is not for the terminal.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const broken = document.errors.map(({ pos, message }) => `${place(pos[0])}: ${message}`);
  if (broken.length > 0) throw badFile(broken);
  const parsed = SetupFile.safeParse(document.toJS());
  if (!parsed.success) {
    const { issues } = parsed.error;
    throw badFile(
      issues.flatMap((issue) =>
        pathsOf(issue).map(
          (at) =>
            `${place(offsetOf(document, at))}: ${at.length === 0 ? "" : `${at.join(".")}: `}${messageOf(issue)}`,
        ),
      ),
    );
  }
  const file = { ...parsed.data, environment: environment ?? parsed.data.environment };
  if (!objectName.safeParse(file.environment).success) {
    throw new MxError(`${JSON.stringify(file.environment)} cannot be the name of an environment`, {
      code: "usage",
      exitCode: ExitCode.usage,
      hint: "letters, digits, `.`, `_` and `-` make a name",
    });
  }
  const folder = dirname(resolve(path));
  const envFile = resolve(folder, file.env_file);
  const generated = resolve(folder, file.generated_file ?? `.mx/secrets/${file.environment}.env`);
  if (generated === envFile) {
    const at = place(offsetOf(document, ["generated_file"]));
    throw badFile([`${at}: generated_file: it must be another file than env_file, which is yours`]);
  }
  return { ...file, path, env_file: envFile, generated_file: generated };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new MxError(`${path} cannot be read: ${(error as Error).message}`, {
      code: "no_setup_file",
      exitCode: ExitCode.usage,
      hint: `begin with one of the examples: mx-setup --example goat > ${path}`,
      cause: error,
    });
  }
}

/** What an issue is about; keys that are not known are named one by one. */
function pathsOf(issue: z.core.$ZodIssue): PropertyKey[][] {
  return issue.code === "unrecognized_keys"
    ? issue.keys.map((key) => [...issue.path, key])
    : [issue.path];
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return "there is no such setting";
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  return issue.message.replace(/^Invalid (input|option): /, "");
}

/** Where a path is in the file: its key where it has one, else the nearest thing around it. */
function offsetOf(document: Document, path: PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && key.value === last)
      : undefined;
    if (isPair(pair) && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  return document.contents?.range?.[0] ?? 0;
}

function badFile(problems: string[]): MxError {
  const shown = problems.slice(0, mostProblems);
  const more = problems.length - shown.length;
  return new MxError([...shown, ...(more > 0 ? [`… and ${more} more`] : [])].join("\n"), {
    code: "bad_setup_file",
    exitCode: ExitCode.usage,
    hint: "mx-setup --example goat shows every setting in use",
  });
}
