import * as z from "zod";
import type { ProcessGroups } from "@mx/cli/process-groups";

/** What a tool may use besides its arguments. */
export interface ToolContext {
  /** where relative paths start */
  cwd: string;
  /** ends a call that is under way */
  signal: AbortSignal;
  /** environment of the processes that a tool starts */
  env: NodeJS.ProcessEnv;
  /** path of a new file outside of the workspace, for output that is too long to show */
  spillFile(kind?: string): string;
  /** hides secrets in what the model gets to read */
  mask(text: string): string;
  /** what was started, and may go on after the call that started it; all of it is ended with the agent */
  groups: ProcessGroups;
}

/** What the model gets to read. */
export interface ToolResult {
  text: string;
  failed: boolean;
}

/** Something that the model can call. */
export interface Tool {
  name: string;
  description: string;
  /** JSON Schema of the arguments, derived from their zod schema */
  parameters: Record<string, unknown>;
  /** Changes nothing, so that it may run together with others that change nothing. */
  readOnly: boolean;
  /**
   * Checks the arguments and does the work. Throws `ToolError` for what the model should be told, and `AgentFault`
   * for what ends the agent.
   */
  call(args: unknown, context: ToolContext): Promise<ToolResult>;
}

/** Defines a tool as data: its arguments are checked before `run` sees them. Unknown arguments are dropped. */
export function defineTool<A extends z.ZodObject>(spec: {
  name: string;
  description: string;
  args: A;
  readOnly?: boolean;
  run(args: z.infer<A>, context: ToolContext): Promise<string | ToolResult>;
}): Tool {
  return {
    name: spec.name,
    description: spec.description,
    readOnly: spec.readOnly ?? false,
    // Derived when it is asked for: --help has no use for it.
    get parameters() {
      const { $schema: _, ...parameters } = z.toJSONSchema(spec.args, { io: "input" });
      return parameters;
    },
    async call(args, context) {
      const result = await spec.run(spec.args.parse(args), context);
      return typeof result === "string" ? { text: result, failed: false } : result;
    },
  };
}
