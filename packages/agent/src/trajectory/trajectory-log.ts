import type { Trajectory, TrajectoryStep, Usage } from "@mx/records";
import type { ToolDefinition } from "../model/model-client.ts";
import type { Reply } from "../model/reply.ts";
import type { CallResult } from "../loop/carry-out.ts";
import { callArguments } from "../loop/call-arguments.ts";

type NewStep = Omit<TrajectoryStep, "step_id" | "timestamp">;

/** Collects the steps of one agent, and puts them together as an ATIF document. */
export class TrajectoryLog {
  readonly #head: Pick<Trajectory, "schema_version" | "session_id" | "agent">;
  /** Each step is turned into text once, though the document is written after every turn. */
  readonly #steps: string[] = [];
  readonly #now: () => Date;

  constructor(agent: {
    version: string;
    model: string;
    tools: readonly ToolDefinition[];
    sessionId: string;
    settings: Record<string, unknown>;
    now?: () => Date;
  }) {
    this.#now = agent.now ?? (() => new Date());
    this.#head = {
      schema_version: "ATIF-v1.7",
      session_id: agent.sessionId,
      agent: {
        name: "mx-agent",
        version: agent.version,
        model_name: agent.model,
        tool_definitions: [...agent.tools],
        extra: agent.settings,
      },
    };
  }

  /** Adds a step that is no turn of this agent: a message that it starts from, or something that mx-agent did. */
  add(step: NewStep): void {
    const whole = {
      step_id: this.#steps.length + 1,
      timestamp: this.#now().toISOString(),
      ...step,
    };
    this.#steps.push(JSON.stringify(whole));
  }

  /** Adds a turn when its reply is there. `elapsedMs`: how long that took, with all tries. */
  beginTurn(reply: Reply, elapsedMs: number): void {
    const calls = reply.calls.map((call) => ({
      tool_call_id: call.id,
      function_name: call.name,
      arguments: callArguments(call.arguments),
    }));
    this.add({
      source: "agent",
      ...(reply.model !== null &&
        reply.model !== this.#head.agent.model_name && { model_name: reply.model }),
      message: reply.content,
      ...(reply.reasoning !== null && { reasoning_content: reply.reasoning }),
      ...(calls.length > 0 && { tool_calls: calls }),
      metrics: metrics(reply.usage),
      llm_call_count: 1,
      extra: { finish_reason: reply.finishReason, elapsed_ms: Math.round(elapsedMs) },
    });
  }

  /** Adds the results of the calls to the turn that began last; those that there are. */
  endTurn(results: readonly (CallResult | undefined)[]): void {
    const turn = JSON.parse(this.#steps.pop()!) as TrajectoryStep;
    const observed = results.flatMap((result, index) =>
      result === undefined
        ? []
        : {
            source_call_id: turn.tool_calls![index]!.tool_call_id,
            content: result.text,
            extra: { ...(result.failed && { failed: true }), elapsed_ms: result.elapsedMs },
          },
    );
    if (observed.length > 0) turn.observation = { results: observed };
    this.#steps.push(JSON.stringify(turn));
  }

  /** The document so far. */
  text(usage: Usage, extra: Record<string, unknown>): string {
    const { prompt_tokens, completion_tokens, cached_tokens, extra: more } = metrics(usage);
    const final: Trajectory["final_metrics"] = {
      ...(prompt_tokens !== undefined && { total_prompt_tokens: prompt_tokens }),
      ...(completion_tokens !== undefined && { total_completion_tokens: completion_tokens }),
      ...(cached_tokens !== undefined && { total_cached_tokens: cached_tokens }),
      total_steps: this.#steps.length,
      ...(more !== undefined && { extra: more }),
    };
    const head = JSON.stringify(this.#head).slice(0, -1);
    const tail = JSON.stringify({ final_metrics: final, extra }).slice(1);
    return `${head},"steps":[\n${this.#steps.join(",\n")}\n],${tail}\n`;
  }
}

/** Unknown counts are left out. */
function metrics(usage: Usage): NonNullable<TrajectoryStep["metrics"]> {
  return {
    ...(usage.input_tokens !== null && { prompt_tokens: usage.input_tokens }),
    ...(usage.output_tokens !== null && { completion_tokens: usage.output_tokens }),
    ...(usage.cached_input_tokens !== null && { cached_tokens: usage.cached_input_tokens }),
    ...(usage.reasoning_tokens !== null && { extra: { reasoning_tokens: usage.reasoning_tokens } }),
  };
}
