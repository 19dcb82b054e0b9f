import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { settingError } from "../config/setting-error.ts";

/** A configuration of LiteLLM that somebody wrote. */
export interface LitellmFile {
  text: string;
  /** Name of the first model that it passes on, patterns left out: LiteLLM does not list them; null: none. */
  firstModel: string | null;
  /** Names of the variables that it refers to. */
  variables: string[];
}

interface Contents {
  model_list?: { model_name?: unknown }[];
  litellm_settings?: { drop_params?: unknown };
}

/**
 * Reads it. Throws MxError 2 where it drops parameters in silence, or has a key in it: the file goes into images and
 * onto shared disks.
 */
export async function readLitellmFile(path: string): Promise<LitellmFile> {
  const text = await read(path);
  const contents = parsed(path, text);
  if (contents.litellm_settings?.drop_params === true) {
    throw settingError(
      `${path}: drop_params is true: parameters that a provider does not know would be dropped unseen`,
      "take it out; the provider's error says which parameter it is",
    );
  }
  const [key] = literalKeys(contents);
  if (key !== undefined) {
    throw settingError(
      `${path}: ${key} is in the file as it is`,
      "write os.environ/NAME, and keep it in the variable NAME",
    );
  }
  const models = contents.model_list?.map(({ model_name: model }) => model) ?? [];
  const first = models.find((model) => typeof model === "string" && !model.includes("*"));
  const names = Array.from(text.matchAll(/os\.environ\/(\w+)/g), ([, name = ""]) => name);
  return {
    text,
    firstModel: typeof first === "string" ? first : null,
    variables: [...new Set(names)],
  };
}

const secretName = /(key|secret|password|token|database_url)$/i;
/** What people write where a server wants a key and takes any. */
const placeholders = new Set(["", "none", "empty", "not-needed", "dummy"]);

/** Places of values that look like secrets, such as `general_settings.master_key`. */
function literalKeys(value: unknown, at = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]): string[] => {
    const place = at === "" ? name : `${at}.${name}`;
    if (typeof member !== "string") return literalKeys(member, place);
    const isFine = member.startsWith("os.environ/") || placeholders.has(member.toLowerCase());
    return secretName.test(name) && !isFine ? [place] : [];
  });
}

function parsed(path: string, text: string): Contents {
  try {
    return (parse(text) as Contents | null) ?? {};
  } catch (error) {
    throw settingError(`${path} is no YAML: ${(error as Error).message}`, "mend the file", error);
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const message = `${path} cannot be read: ${(error as Error).message}`;
    throw settingError(message, "--litellm.config_file names a YAML file", error);
  }
}
