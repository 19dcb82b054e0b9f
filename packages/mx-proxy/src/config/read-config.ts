import { isObject } from "../is-object.ts";
import type { Config } from "./config.ts";
import { YamlFile } from "./yaml-file.ts";

/** The configuration in a file, of mx-proxy's own kind or LiteLLM's. Throws MxError that says where it is wrong. */
export async function readConfig(path: string, env: NodeJS.ProcessEnv): Promise<Config> {
  const file = await YamlFile.read(path);
  if (isObject(file.value) && "model_list" in file.value) {
    const { readLitellmConfig } = await import("./read-litellm-config.ts");
    return readLitellmConfig(file, env);
  }
  const { readMxConfig } = await import("./read-mx-config.ts");
  return readMxConfig(file, env);
}
