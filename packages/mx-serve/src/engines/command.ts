import * as z from "zod";
import { settingError } from "../config/setting-error.ts";
import type { Engine } from "./engine.ts";

const CommandConfig = z.strictObject({});

/** Any program that opens an OpenAI-compatible port. */
export const command: Engine<z.infer<typeof CommandConfig>> = {
  name: "command",
  section: "command",
  config: CommandConfig,
  model: "optional",
  plan({ command: argv, model, infra }) {
    const [program] = argv;
    if (program === undefined) {
      throw settingError(
        "the engine `command` needs a command",
        '--command "PROGRAM --port {port}"; {port}, {host} and {dir} are filled in',
      );
    }
    // A program that is not told its port on its command line may read it, as many do, from PORT.
    const told = argv.some((word) => word.includes("{port}"));
    return {
      argv,
      env: told ? {} : { HOST: "{host}", PORT: "{port}" },
      secrets: [],
      apiKeyEnv: null,
      probe: { kind: "models", model: model?.servedName ?? null },
      apiPath: "/v1",
      files: {},
      image: infra.image,
      imageSetup: [],
      packages: [],
      needs: { program, hint: "name a program by its path, or one that is on PATH" },
      volumes: {},
      memory: null,
      single: false,
    };
  },
};
