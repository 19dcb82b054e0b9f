import { defineCommand } from "@mx/cli";
import { upFlags } from "./up-flags.ts";

/** mx-serve up: a server, ready, for as long as it is wanted. */
export const up = defineCommand({
  name: "mx-serve up",
  summary: "Bring a server up and serve until a signal, or for as long as a command runs.",
  description:
    "Prints an endpoint record once a probe has seen that the server works and serves the model that was asked for. " +
    "The same configuration twice is one server: it is up as long as somebody uses it. With a command after --, runs " +
    "it with OPENAI_BASE_URL, OPENAI_API_KEY and EVAL_MODEL set, and ends with its exit status. A server that ends by " +
    "itself is an error.",
  flags: upFlags,
  positionals: [
    { name: "model", describe: "a name of the registry, or an id at the hub; none for a service" },
  ],
  rest: "a command to run against the server; stdout is the command's own then",
  examples: [
    ["mx-serve up Qwen/Qwen3-4B-Instruct-2507", "serve until Ctrl-C"],
    [
      "mx-serve up qwen3-4b -- mx-sandbox --batch smoke.json --model Qwen/Qwen3-4B-Instruct-2507",
      "serve for a run",
    ],
    [
      "mx-serve up Qwen/Qwen3-32B --as user_model -- mx-serve up Qwen/Qwen3-4B-Instruct-2507 -- ./run.sh",
      "two servers for one command",
    ],
    ["mx-serve up --engine postgres --detach", "a database that stays"],
  ],
  writes: ["endpoint"],
  async *run(_records, flags, context) {
    // Loaded here so that --help does not pay for YAML and the registry.
    const { upServer } = await import("./up-server.ts");
    return yield* upServer(flags, context);
  },
});
