import { countOf, listOf, numberOf, objectOf, type JsonObject } from "../json-value.ts";
import { RowFault } from "../row-fault.ts";

/** The conversation of one trace, and how much of it is not in there. */
export interface Branch {
  messages: JsonObject[];
  /** How many branches the trace has. */
  branches: number;
}

/**
 * The last branch of a trace's message graph, as verifiers itself takes it (`Trace.messages` of
 * verifiers/v1/trace.py): nodes point to their parents, each leaf ends a branch, and compaction or subagents make
 * more than one. Calls are linked to the node that they made; their tokens go along with its message.
 */
export function lastBranch(trace: JsonObject): Branch {
  const nodes = listOf(trace["nodes"]).map((node) => objectOf(node) ?? {});
  const parents = nodes.map((node, index) => parentOf(node, index));
  const inner = new Set(parents);
  const leaves = nodes.flatMap((_, index) => (inner.has(index) ? [] : [index]));
  const usages = new Map<number, JsonObject>();
  for (const item of listOf(trace["calls"])) {
    const call = objectOf(item);
    const [node, usage] = [countOf(call?.["node"]), openAiUsage(call?.["usage"])];
    if (node !== null && usage !== null) usages.set(node, usage);
  }
  const messages: JsonObject[] = [];
  for (let at = leaves.at(-1) ?? null; at !== null; at = parents[at] ?? null) {
    const node = nodes[at]!;
    const usage = usages.get(at);
    messages.push({
      ...objectOf(node["message"]),
      timestamp: node["timestamp"],
      ...(usage !== undefined && { usage }),
    });
  }
  return { messages: messages.toReversed(), branches: leaves.length };
}

function parentOf(node: JsonObject, index: number): number | null {
  const given = node["parent"] ?? null;
  if (given === null) return null;
  const parent = countOf(given);
  if (parent === null || parent >= index) throw new RowFault("a node's parent comes after it");
  return parent;
}

/** verifiers counts cached tokens beside the prompt's, OpenAI within them. */
function openAiUsage(value: unknown): JsonObject | null {
  const usage = objectOf(value);
  if (usage === null) return null;
  const cached = numberOf(usage["cached_input_tokens"]);
  return {
    prompt_tokens: (numberOf(usage["prompt_tokens"]) ?? Number.NaN) + (cached ?? 0),
    completion_tokens: usage["completion_tokens"],
    ...(cached !== null && { prompt_tokens_details: { cached_tokens: cached } }),
  };
}
