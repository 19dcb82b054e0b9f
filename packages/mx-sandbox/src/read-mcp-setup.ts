import {
  expandVariables,
  isLikeSecret,
  parseMcpConfig,
  readMcpFile,
  secretChars,
  variableNames,
  type McpServerConfig,
} from "@mx/mcp";

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
  /** The file. */
  bytes: Buffer;
  /** Its servers. */
  servers: ReadonlyMap<string, McpServerConfig>;
  /** Those of them that are outside sandboxes, as the file has them. */
  hosts: ReadonlyMap<string, McpServerConfig>;
  /** Variables of this process that the others ask for, which the agent gets. */
  variables: Record<string, string>;
  /** NAMES of those that the servers outside ask for. */
  hostVariables: string[];
  /** Those of their values that must not be in anything that mx writes. */
  secrets: string[];
}

export interface McpSetupOptions {
  env: NodeJS.ProcessEnv;
  /** NAME of the variable with the provider's key. */
  keyEnv: string;
  /** Names of the servers that are outside sandboxes. */
  hosts: readonly string[];
}

/**
 * Reads a configuration of MCP servers and the variables that it names. Throws an error for a file that is none, a
 * host that is no server of it, and for servers inside a variable that is not set or that no sandbox may get.
 */
export function readMcpSetup(
  path: string,
  { env, keyEnv, hosts: wanted }: McpSetupOptions,
): McpSetup {
  const bytes = readMcpFile(path);
  const servers = parseMcpConfig(bytes.toString("utf8"));
  const missing = wanted.find((name) => !servers.has(name));
  if (missing !== undefined)
    throw new Error(`it has no server ${JSON.stringify(missing)}, which --mcp-host names`);
  const hosts = new Map([...servers].filter(([name]) => wanted.includes(name)));
  const others = [...servers].flatMap(([name, server]) => (hosts.has(name) ? [] : [server]));
  const key = env[keyEnv];
  if (key !== undefined && key.length >= secretChars && JSON.stringify(others).includes(key)) {
    throw new Error(`it holds the value of $${keyEnv}, which must not get into a sandbox`);
  }
  const setup: McpSetup = { bytes, servers, hosts, variables: {}, hostVariables: [], secrets: [] };
  const note = (name: string, value: string, isHeaders: boolean) => {
    if (value.length >= secretChars && (isHeaders || isLikeSecret(name))) setup.secrets.push(value);
  };
  for (const { text, isHeaders } of [...hosts.values()].flatMap(parts)) {
    // Whether they are set is for the proxy to say that the server is behind.
    for (const name of variableNames(text)) {
      setup.hostVariables.push(name);
      note(name, env[name] ?? "", isHeaders);
    }
  }
  for (const { text, isHeaders } of others.flatMap(parts)) {
    expandVariables(text, { ...env, ...inside }, "/workspace", (name, value) => {
      if (name in inside || name === "userHome" || env[name] !== value) return;
      if (name === keyEnv || neverInside.test(name)) {
        throw new Error(`$${name} does not go into a sandbox`);
      }
      setup.variables[name] = value;
      note(name, value, isHeaders);
    });
  }
  return setup;
}

/** A server's configuration as text: its headers, whose variables are secrets whatever they are named, and the rest. */
function parts(server: McpServerConfig): { text: string; isHeaders: boolean }[] {
  const { headers = {}, ...others } = server as typeof server & { headers?: object };
  return [
    { text: JSON.stringify(headers), isHeaders: true },
    { text: JSON.stringify(others), isHeaders: false },
  ];
}
