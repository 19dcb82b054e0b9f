import { addUsage, noUsage, type Usage } from "@mx/records";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import type { AgentOutcome } from "../agent-report.ts";
import { ModelError } from "../model/model-error.ts";
import type { Reply } from "../model/reply.ts";
import type { Tool, ToolContext } from "../tools/tool.ts";
import type { TrajectoryLog } from "../trajectory/trajectory-log.ts";
import { askModel, type Asking } from "./ask-model.ts";
import { assistantMessage } from "./assistant-message.ts";
import { carryOut, type CallResult } from "./carry-out.ts";
import { nextStep, type Dialogue } from "./next-step.ts";

/** What the agent has used so far. */
export interface Spent {
  turns: number;
  usage: Usage;
}

/** How it ended. */
export interface LoopEnd extends Spent {
  outcome: AgentOutcome;
  error: string | null;
  /** the last thing that the model said */
  answer: string;
}

/** What the loop works with. */
export interface LoopOptions {
  asking: Omit<Asking, "shrunk">;
  messages: ChatCompletionMessageParam[];
  tools: readonly Tool[];
  context: ToolContext;
  maxTurns: number;
  tokenLimit: number | null;
  /** what earlier messages of a session used of that limit */
  usedBefore: Usage;
  /** throws where something that the agent works with is not there any more */
  check: () => void;
  log: TrajectoryLog;
  note: (text: string) => void;
  /** when a reply is there, and again when its calls are done */
  turned: (spent: Spent) => Promise<void>;
}

/** Asks the model and carries out its calls, turn by turn, until it answers or a limit is reached. */
export async function runLoop(options: LoopOptions): Promise<LoopEnd> {
  const { messages, log, note } = options;
  const asking: Asking = {
    ...options.asking,
    shrunk(saved) {
      const text = `The conversation was too long for the model: ${saved} characters were dropped from it.`;
      note(text);
      const context_management = { type: "pruning", boundary: "truncate" };
      log.add({ source: "system", message: text, extra: { context_management } });
    },
  };
  let spent: Spent = { turns: 0, usage: noUsage };
  const dialogue: Dialogue = { emptyReplies: 0, parts: [], answer: "" };
  const end = (outcome: AgentOutcome, error: string | null): LoopEnd => ({
    ...spent,
    outcome,
    error,
    answer: dialogue.answer,
  });

  const usedUp = (): LoopEnd | null => {
    const { tokenLimit, usedBefore } = options;
    const tokens = tokensOf(addUsage(usedBefore, spent.usage));
    if (tokenLimit === null || tokens === null || tokens < tokenLimit) return null;
    return end("failed", `the token limit of ${tokenLimit} is reached: ${tokens} used`);
  };
  // In a session, by earlier answers.
  const before = usedUp();
  if (before !== null) return before;

  while (spent.turns < options.maxTurns) {
    options.check();
    const started = performance.now();
    let reply: Reply;
    try {
      reply = await askModel(messages, asking);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return end(outcomeOf(error, spent.turns), error.message);
    }
    const elapsedMs = performance.now() - started;
    spent = { turns: spent.turns + 1, usage: addUsage(spent.usage, reply.usage) };
    messages.push(assistantMessage(reply));
    log.beginTurn(reply, elapsedMs);
    if (reply.calls.length > 0) {
      // Now, because the calls may take long, or be the end of this process.
      await options.turned(spent);
      await giveResults(reply, options);
    }
    const step = nextStep(reply, dialogue);
    if (step.say !== undefined) {
      messages.push({ role: "user", content: step.say });
      log.add({ source: "user", message: step.say, extra: { said_by: "mx-agent" } });
    }
    await options.turned(spent);
    if (step.end !== undefined) {
      // An answer that was given without something that should have been there is none.
      options.check();
      return end(step.end.outcome, step.end.error);
    }
    const now = usedUp();
    if (now !== null) return now;
  }
  return end("max_turns", `not done after ${options.maxTurns} turns`);
}

/** Carries out the calls of a reply, and gives their results to the model. */
async function giveResults(reply: Reply, options: LoopOptions): Promise<void> {
  const results: (CallResult | undefined)[] = [];
  try {
    await carryOut(reply.calls, options.tools, options.context, results);
    for (const [index, call] of reply.calls.entries()) {
      const result = results[index]!;
      if (result.failed && reply.finishReason === "length") {
        result.text += "\nYour reply was cut off at its token limit: do this in smaller pieces.";
      }
      options.messages.push({ role: "tool", tool_call_id: call.id, content: result.text });
    }
  } finally {
    // Also when a signal cuts the calls short.
    options.log.endTurn(results);
  }
}

/**
 * A server that refuses the first request is set up wrongly, which says nothing of the model; one that refuses a
 * later request does so for what the model said.
 */
function outcomeOf(error: ModelError, turns: number): AgentOutcome {
  if (error.kind === "overflow") return "failed";
  return error.kind === "refused" && turns > 0 ? "failed" : "infra_error";
}

/** Tokens in and out together; null where the server does not count. */
function tokensOf({ input_tokens, output_tokens }: Usage): number | null {
  return input_tokens === null || output_tokens === null ? null : input_tokens + output_tokens;
}
