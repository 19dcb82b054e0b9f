import type { ToolDefinition } from "../model-client.ts";

/**
 * Tells a model that has no tool calls of its own how to write them, in the form that the Hermes and Qwen models were
 * trained on: https://github.com/NousResearch/Hermes-Function-Calling
 */
export function textToolsPrompt(tools: readonly ToolDefinition[]): string {
  return [
    "These are the tools, each with the JSON Schema of its arguments:",
    "<tools>",
    ...tools.map((tool) => JSON.stringify(tool)),
    "</tools>",
    "",
    "To call a tool, write a JSON object with its name and arguments between these tags:",
    "<tool_call>",
    '{"name": "NAME", "arguments": {"ARGUMENT": "VALUE"}}',
    "</tool_call>",
    "",
    "You may write several. Write nothing after the last one: the results come in the next message, between",
    "<tool_response> and </tool_response>. A reply without a call ends your work.",
  ].join("\n");
}
