import { checkYaml } from "@mx/cli/check-yaml";
import { YamlText } from "@mx/cli/yaml-text";
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { settingError } from "../config/setting-error.ts";
import { RegistryFile } from "./model-entry.ts";

/** A file in which everything is commented out changes nothing. */
const Registry = z.preprocess((value) => value ?? {}, RegistryFile);

/** Reads a registry file. Throws MxError 2 that names line and column of everything that is wrong. */
export async function readRegistryFile(path: string): Promise<RegistryFile> {
  return checkYaml(new YamlText(path, await read(path)), Registry, (problems) =>
    settingError(problems, "the README of mx-serve has an example of a registry"),
  );
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const hint =
      "--models FILE names a registry of your own; `mx-serve models` lists what there is";
    throw settingError(`${path} cannot be read: ${(error as Error).message}`, hint, error);
  }
}
