import { openMcp } from "./mcp/open-mcp.ts";
import type { McpLimits, ServerContext } from "./mcp/mcp-server.ts";
import type { McpConfig } from "@mx/mcp";
import { allTools } from "./tools/all-tools.ts";
import type { Tool } from "./tools/tool.ts";
import { findSkills } from "./skills/find-skills.ts";
import { skillTool } from "./skills/skill-tool.ts";
import { skillsPrompt } from "./skills/skills-prompt.ts";

/** What an agent works with. */
export interface Equipment extends AsyncDisposable {
  tools: readonly Tool[];
  /** what the system prompt says of it */
  prompts: string[];
  /** what the trajectory says of it */
  about: Record<string, unknown>;
  /** throws an `AgentFault` where something is not there any more */
  check(): void;
}

/** The tools that every agent has, and nothing else. */
export const plainEquipment: Equipment = {
  tools: allTools,
  prompts: [],
  about: {},
  check: () => {},
  [Symbol.asyncDispose]: async () => {},
};

/** Loads the skills, and starts the MCP servers. What cannot be used is an `AgentFault`. */
export async function equip(
  skillsDirs: readonly string[],
  mcpSetup: McpConfig | null,
  limits: McpLimits,
  context: ServerContext,
): Promise<Equipment> {
  const skills = await findSkills(skillsDirs);
  const mcp = mcpSetup === null ? null : await openMcp(mcpSetup, limits, context);
  return {
    tools: [...allTools, ...(skills.length > 0 ? [skillTool(skills)] : []), ...(mcp?.tools ?? [])],
    prompts: [
      ...(skills.length > 0 ? [skillsPrompt(skills)] : []),
      ...(mcp !== null && mcp.prompt !== "" ? [mcp.prompt] : []),
    ],
    about: {
      ...(skills.length > 0 && {
        skills: skills.map(({ file, frontMatter }) => ({ ...frontMatter, file })),
      }),
      ...(mcp !== null && { mcp_servers: mcp.about }),
    },
    check: () => mcp?.check(),
    [Symbol.asyncDispose]: async () => mcp?.[Symbol.asyncDispose](),
  };
}
