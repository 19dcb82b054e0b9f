import { parse } from "dotenv";
import type { KeySetting } from "../file/setup-file.ts";
import { shownPath } from "../shown-path.ts";
import type { GeneratedFile } from "./generated-file.ts";
import { readPrivateFile } from "./private-file.ts";

/** A value, and where it was found. */
export interface Found {
  value: string;
  /** For people. */
  from: string;
  /** It was generated here, and nobody has set it. */
  isGenerated: boolean;
}

/** Where values come from: the .env file, the environment, what was generated before. An empty value is none. */
export class Sources {
  readonly #envFile: Record<string, string> | null;
  readonly #envFileName: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #generated: GeneratedFile;

  private constructor(
    envFile: { name: string; values: Record<string, string> | null },
    environment: NodeJS.ProcessEnv,
    generated: GeneratedFile,
  ) {
    this.#envFile = envFile.values;
    this.#envFileName = envFile.name;
    this.#environment = environment;
    this.#generated = generated;
  }

  static async open(
    envFile: string,
    environment: NodeJS.ProcessEnv,
    generated: GeneratedFile,
  ): Promise<Sources> {
    const text = await readPrivateFile(envFile);
    const values = text === null ? null : parse(text);
    return new Sources({ name: shownPath(envFile), values }, environment, generated);
  }

  /** The value of a variable, with the settings of the key that asks; null: there is none. */
  find(
    variable: string,
    { from, default: fallback, generate }: Partial<KeySetting> = {},
  ): Found | null {
    const inFile = from === "environment" ? undefined : this.#envFile?.[variable];
    const given = { isGenerated: false };
    if (inFile) return { ...given, value: inFile, from: this.#envFileName };
    const inEnvironment = from === "env_file" ? undefined : this.#environment[variable];
    if (inEnvironment) return { ...given, value: inEnvironment, from: "the environment" };
    const generated = generate === undefined ? null : this.#generated.get(variable);
    if (generated !== null)
      return { value: generated, from: shownPath(this.#generated.path), isGenerated: true };
    return fallback === undefined ? null : { ...given, value: fallback, from: "its default" };
  }

  /** Where a key's value was looked for in vain. */
  lookedIn({ from }: Partial<KeySetting>): string {
    const file =
      this.#envFile === null ? `${this.#envFileName} (there is no such file)` : this.#envFileName;
    if (from === "env_file") return file;
    return from === "environment" ? "the environment" : `${file} nor in the environment`;
  }
}
