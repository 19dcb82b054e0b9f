import { defineCommand } from "@mx/cli";
import { flags } from "./flags.ts";

export const command = defineCommand({
  name: "mx-proxy",
  summary:
    "Put one local OpenAI-compatible endpoint in front of many models, and keep a record of every call.",
  description:
    "Prints an endpoint record once it accepts calls, then one request record per model call, and one mcp_call " +
    "record per call of an MCP server behind it. With a command after --, " +
    "runs it with OPENAI_BASE_URL and OPENAI_API_KEY set, and ends with its exit status. $MX_PROXY_SECRET is the " +
    "key that callers must send, and signs the trial keys of mx-sandbox; the upstream's own key stays here.",
  flags,
  rest: "a command to run against the proxy; stdout is the command's own then",
  examples: [
    [
      "mx-proxy --script fixtures/scripts/smoke.ndjson -- ./agent.sh",
      "run a program against a scripted model",
    ],
    [
      "mx-proxy --upstream http://localhost:8000 --ledger calls.ndjson -- ./agent.sh",
      "pass calls on, and keep a record of each",
    ],
    ["mx-proxy --port 4000 | jq -c '[.model, .usage.output_tokens]'", "watch the calls go by"],
  ],
  reads: ["endpoint"],
  writes: ["endpoint", "request", "mcp_call"],
  async *run(records, given, context) {
    // Loaded here so that --help does not pay for a server.
    const { runProxy } = await import("./run-proxy.ts");
    return yield* runProxy(records, given, context);
  },
});
