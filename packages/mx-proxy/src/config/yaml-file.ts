import { ExitCode, MxError } from "@mx/cli";
import { YamlText } from "@mx/cli/yaml-text";
import { readFile } from "node:fs/promises";
import type * as z from "zod";

/** A YAML file that is a configuration, and where in it things are. */
export class YamlFile {
  readonly path: string;
  /** What it says. */
  readonly value: unknown;
  readonly #text: YamlText;

  private constructor(path: string, text: string) {
    this.path = path;
    this.#text = new YamlText(path, text);
    const [error] = this.#text.errors;
    // Its message may quote the file, which may hold a key.
    if (error !== undefined) throw badConfig(`${path}:${error.line}: not YAML: ${error.kind}`);
    this.value = this.#text.value;
  }

  /** Throws MxError where it cannot be read or is no YAML. */
  static async read(path: string): Promise<YamlFile> {
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (cause) {
      throw badConfig(`--config: the file cannot be read: ${(cause as Error).message}`);
    }
    return YamlFile.parse(path, text);
  }

  static parse(path: string, text: string): YamlFile {
    return new YamlFile(path, text);
  }

  /** What it says, checked. Throws MxError that says where it is wrong. */
  check<T extends z.ZodType>(schema: T): z.output<T> {
    const result = schema.safeParse(this.value);
    if (result.success) return result.data;
    const issue = deepest(result.error.issues[0] as z.core.$ZodIssue);
    const where = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
    throw this.error(issue.path, where + issue.message);
  }

  /** An error about what is at a path of names and indices. */
  error(path: readonly PropertyKey[], message: string, hint?: string): MxError {
    return badConfig(`${this.path}:${this.#text.lineOf(path)}: ${message}`, hint);
  }
}

/** Of a union's issues the one that got furthest, which is about what was meant. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors
    .map(([first]) => first)
    .filter((one) => one !== undefined)
    .map((one) => deepest({ ...one, path: [...issue.path, ...one.path] }))
    .sort((a, b) => b.path.length - a.path.length);
  return inner[0]?.path.length === issue.path.length ? issue : (inner[0] ?? issue);
}

function badConfig(message: string, hint?: string): MxError {
  return new MxError(message, {
    code: "bad_config",
    exitCode: ExitCode.usage,
    ...(hint === undefined ? {} : { hint }),
  });
}
