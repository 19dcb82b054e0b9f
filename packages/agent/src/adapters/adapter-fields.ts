/** What can stand in an adapter, in braces, and what is put in its place. */
export const adapterFields = {
  prompt: "the prompt",
  prompt_file: "path of a file with the prompt",
  messages_file:
    "path of a JSON file with the conversation to go on from; only where the task has one",
  id: "the task's id",
  model: "the model",
  max_turns: "the turn limit",
  base_url: "OpenAI base URL of the model, with /v1",
  origin: "the same without /v1, for clients that add it",
  api_key: "the trial's key",
  temperature: "sampling temperature; only where one is given",
  top_p: "nucleus sampling; only where it is given",
  max_tokens: "longest reply in tokens; only where one is given",
  seed: "the trial's seed; only where one is given",
  request_timeout: "--request-timeout, in seconds",
  call_retries: "--call-retries",
  install: "folder that the agent is installed in",
  agent: "path of the file of --agent-file",
  arch: "x64 or arm64",
  node: "path of a node",
  bin: "folder of tools, mx-agent's file among them",
  home: "the agent's home",
  out: "folder for what it hands out",
  workspace: "its working directory",
  skills_dir: "a folder of skills; a group with it is there once for each",
  mcp_config: "path of a file of MCP servers, as mcpServers; only where there are any",
  mcp: "the MCP servers in the adapter's own form; only where there are any",
} as const satisfies Record<string, string>;

/** Their names. */
export const adapterFieldNames: ReadonlySet<string> = new Set(Object.keys(adapterFields));
