import * as z from "zod";
import { AgentExitCode } from "./exit-code.ts";

/** What cannot be used: a skill, an MCP server, a line of a session. */
export const AgentFaultClass = z.enum(["skills_invalid", "mcp_failed", "input_invalid"]);
export type AgentFaultClass = z.infer<typeof AgentFaultClass>;

const exitCodes = {
  skills_invalid: AgentExitCode.badInput,
  input_invalid: AgentExitCode.badInput,
  mcp_failed: AgentExitCode.unavailable,
} as const satisfies Record<AgentFaultClass, number>;

/**
 * Something that the agent was told to work with cannot be used, at the start or any more: what it would do without
 * it says nothing about what was asked for, so that it ends.
 */
export class AgentFault extends Error {
  override name = "AgentFault";
  readonly faultClass: AgentFaultClass;

  constructor(faultClass: AgentFaultClass, message: string) {
    super(message);
    this.faultClass = faultClass;
  }

  /** How mx-agent ends. */
  get exitCode(): number {
    return exitCodes[this.faultClass];
  }
}
