import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import { checkYaml } from "@mx/cli/check-yaml";
import { YamlText } from "@mx/cli/yaml-text";
import { objectName, SetupFile } from "./setup-file.ts";

/** A setup file, checked, with its relative paths resolved. */
export interface Setup extends SetupFile {
  /** As it was named. */
  path: string;
  env_file: string;
  generated_file: string;
}

/** Reads a setup file. Throws MxError 2 that names line and column of what is wrong, and shows no value of it. */
export async function readSetupFile(path: string, environment?: string): Promise<Setup> {
  const yaml = new YamlText(path, await read(path));
  const given = checkYaml(yaml, SetupFile, badFile);
  const file = { ...given, environment: environment ?? given.environment };
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
    const at = yaml.placeOf(["generated_file"]);
    throw badFile(`${at}: generated_file: it must be another file than env_file, which is yours`);
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

function badFile(problems: string): MxError {
  return new MxError(problems, {
    code: "bad_setup_file",
    exitCode: ExitCode.usage,
    hint: "mx-setup --example goat shows every setting in use",
  });
}
