import { expandVariables, parseMcpConfig } from "@mx/agent";
import { readFileSync, statSync } from "node:fs";

const mostBytes = 1024 * 1024;
/** A shorter value is too likely to be a part of something else. */
const secretChars = 8;
const namedLikeSecret = /key|token|secret|passw|auth|credential/i;

/** Variables that an agent has in its sandbox anyway: they are put in there. */
const inside = {
  PATH: "/usr/bin",
  HOME: "/home/agent",
  LANG: "C.UTF-8",
  EVAL_MODEL: "model",
  MX_TASK_ID: "task",
  MX_TRIAL: "0",
  OPENAI_BASE_URL: "http://127.0.0.1/v1",
};

/** Keys of model providers, and what controls mx and its cloud: a sandbox gets none of them. */
const neverInside =
  /^(MX_|MODAL_|(OPENAI|ANTHROPIC|AZURE|GROQ|OPENROUTER|HOSTED_VLLM|MISTRAL|XAI|GEMINI|LITELLM_\w+)_(API_|MASTER_)?KEY$)/;

/** A file of --mcp-config, checked. */
export interface McpSetup {
  bytes: Buffer;
  /** Variables of this process that it asks for, which its agent gets. */
  variables: Record<string, string>;
  /** Those of their values that must not be in anything that mx writes. */
  secrets: string[];
}

/**
 * Reads a configuration of MCP servers and the variables that it names. `keyEnv` is the variable of the provider's
 * key. Throws an error for a file that is none, a variable that is not set, and one that no sandbox may get.
 */
export function readMcpSetup(path: string, env: NodeJS.ProcessEnv, keyEnv: string): McpSetup {
  const stats = statSync(path);
  if (!stats.isFile()) throw new Error("it is no regular file");
  if (stats.size > mostBytes) throw new Error(`it is over ${mostBytes} bytes`);
  const bytes = readFileSync(path);
  const key = env[keyEnv];
  if (key !== undefined && key.length >= secretChars && bytes.includes(key)) {
    throw new Error(`it holds the value of $${keyEnv}, which must not get into a sandbox`);
  }
  const setup: McpSetup = { bytes, variables: {}, secrets: [] };
  for (const server of parseMcpConfig(bytes.toString("utf8")).values()) {
    const { headers = {}, ...others } = server as typeof server & { headers?: object };
    for (const [part, isSecret] of [
      [headers, true],
      [others, false],
    ] as const) {
      expandVariables(JSON.stringify(part), { ...env, ...inside }, "/workspace", (name, value) => {
        if (name in inside || name === "userHome" || env[name] !== value) return;
        if (name === keyEnv || neverInside.test(name)) {
          throw new Error(`$${name} does not go into a sandbox`);
        }
        setup.variables[name] = value;
        if (value.length >= secretChars && (isSecret || namedLikeSecret.test(name)))
          setup.secrets.push(value);
      });
    }
  }
  return setup;
}
