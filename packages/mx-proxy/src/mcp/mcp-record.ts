import { roundedMs } from "@mx/cli/rounded-ms";
import type { McpCall } from "@mx/records";
import { callerFields } from "../call/caller-fields.ts";
import type { Caller } from "../call/key-ring.ts";
import type { RpcAnswer, RpcRequest } from "./json-rpc.ts";

/** What is over this size as JSON is not in a record. */
const mostBytes = 16 * 1024;
/** So much more of a text is searched for secrets than is kept of it, lest the beginning of one stays. */
const beyond = 16 * 1024;

/** A call that an MCP server was asked to carry out. */
export interface PendingCall {
  id: string;
  startedAt: number;
  began: number;
  request: RpcRequest;
}

/** How a call ended. `answer`: the server's; null: there is none. */
export interface CallEnd {
  state: McpCall["state"];
  answer: RpcAnswer | null;
  error?: string | undefined;
}

/** The record of a call that has just ended. `mask` takes secrets out of a text. */
export function mcpRecord(
  server: string,
  { trial }: Caller,
  { id, startedAt, began, request }: PendingCall,
  { state, answer, error }: CallEnd,
  mask: (text: string) => string,
): McpCall {
  const { method, params = {} } = request;
  const isTool = method === "tools/call";
  const { name } = params;
  const brief = (text: string, chars: number) =>
    mask(text.slice(0, chars + beyond)).slice(0, chars);
  const given = shown(isTool ? params["arguments"] : params, mask);
  const result = answer?.result === undefined ? null : shown(answer.result, mask);
  return {
    type: "mcp_call",
    version: 1,
    id,
    started_at: new Date(startedAt).toISOString(),
    ...callerFields(trial),
    server,
    method: brief(method, 200),
    tool: isTool && typeof name === "string" ? brief(name, 300) : null,
    ...(given.value === undefined ? {} : { arguments: given.value }),
    arguments_bytes: given.bytes,
    state,
    is_error: answer?.result === undefined ? null : answer.result["isError"] === true,
    ...(result?.value === undefined ? {} : { result: result.value }),
    result_bytes: result?.bytes ?? null,
    ...(error === undefined ? {} : { error: brief(error, 8000) }),
    elapsed_ms: roundedMs(performance.now() - began),
  };
}

/** A value without secrets, where it is small, and its size. */
function shown(value: unknown, mask: (text: string) => string): { value?: unknown; bytes: number } {
  const text = value === undefined ? "" : JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (text === "" || bytes > mostBytes) return { bytes };
  const masked = mask(text);
  if (masked === text) return { value, bytes };
  try {
    return { value: JSON.parse(masked), bytes };
  } catch {
    // What was masked was no text, but a number for example.
    return { value: masked, bytes };
  }
}
