import type { ReplyCall } from "../reply.ts";

const maxEnds = 50;
const opening = "<tool_call>";
const closing = "</tool_call>";
const response = "<tool_response>";

/** A reply in its parts. */
export interface TextReply {
  /** what is said besides the calls */
  content: string;
  /** what stood in `<think>`; null where nothing did */
  reasoning: string | null;
  calls: ReplyCall[];
  /** the text that counts: without the thinking, and without results that the model made up */
  raw: string;
}

/**
 * Finds the calls that a model wrote into its text: between `<tool_call>` tags; and where there are none, in a
 * fenced block, or a whole reply, that is a JSON object with the name of a tool and arguments. A call that
 * cannot be read is one too, with what is wrong with it, for the model to mend.
 */
export function parseTextCalls(text: string, names: ReadonlySet<string>): TextReply {
  const { said, reasoning } = withoutThinking(text);
  const tagged = taggedCalls(said);
  const { calls, rest, end } =
    tagged.calls.length > 0 ? tagged : looseCalls(said, names, tagged.end);
  return {
    content: rest.trim(),
    reasoning,
    calls: calls.map((call, index) => ({ id: `call_${index}`, ...call })),
    raw: said.slice(0, end).trimEnd(),
  };
}

type Found = { calls: Omit<ReplyCall, "id">[]; rest: string; end: number };

/** Some chat templates write the opening tag themselves, so that the reply only has the closing one. */
function withoutThinking(text: string): { said: string; reasoning: string | null } {
  const start = /^\s*<think>/.exec(text)?.[0].length ?? 0;
  const end = text.indexOf("</think>");
  if (end === -1 && start === 0) return { said: text, reasoning: null };
  const thought = text.slice(start, end === -1 ? undefined : end).trim();
  return {
    said: end === -1 ? "" : text.slice(end + "</think>".length),
    reasoning: thought === "" ? null : thought,
  };
}

function taggedCalls(text: string): Found {
  const calls: Found["calls"] = [];
  let rest = "";
  let at = 0;
  for (;;) {
    const call = text.indexOf(opening, at);
    const made = text.indexOf(response, at);
    if (call === -1 || (made !== -1 && made < call)) {
      const end = made === -1 ? text.length : made;
      return { calls, rest: rest + text.slice(at, end), end };
    }
    rest += text.slice(at, call);
    const from = call + opening.length;
    const to = callEnd(text, from);
    calls.push(readCall(text.slice(from, to)));
    at = to + (text.startsWith(closing, to) ? closing.length : 0);
  }
}

/** Where a call ends: at the first closing tag that leaves JSON before it, because arguments may have that tag too. */
function callEnd(text: string, from: number): number {
  const first = text.indexOf(closing, from);
  let end = first;
  for (let tries = 0; end !== -1 && tries < maxEnds; tries += 1) {
    if (parse(text.slice(from, end)) !== undefined) return end;
    end = text.indexOf(closing, end + 1);
  }
  if (first !== -1) return first;
  // Without a closing tag: up to the next call, or the end.
  const next = text.indexOf(opening, from);
  return next === -1 ? text.length : next;
}

function looseCalls(text: string, names: ReadonlySet<string>, end: number): Found {
  const said = text.slice(0, end);
  const calls: Found["calls"] = [];
  const take = (whole: string, block: string): string => {
    const name = /^\s*\{\s*"name"\s*:\s*"([^"]*)"\s*,\s*"(arguments|parameters)"/.exec(block)?.[1];
    if (name === undefined || !names.has(name)) return whole;
    calls.push(readCall(block));
    return "";
  };
  const fence = /^```(?:json|tool_call)?[ \t]*\r?\n([^]*?)\r?\n```[ \t]*$/gm;
  const rest = said.replaceAll(fence, (whole, block: string) => take(whole, block));
  return { calls, rest: calls.length > 0 ? rest : take(said, said), end };
}

function readCall(json: string): Omit<ReplyCall, "id"> {
  const value = parse(json);
  if (value === undefined) {
    const malformed = 'the call is not JSON. Write it as {"name": "NAME", "arguments": {…}}';
    return { name: "", arguments: json.trim(), malformed };
  }
  const { name, arguments: args, parameters } = (value ?? {}) as Record<string, unknown>;
  if (typeof name !== "string") {
    const malformed = 'the call has no "name". Write it as {"name": "NAME", "arguments": {…}}';
    return { name: "", arguments: json.trim(), malformed };
  }
  const given = args ?? parameters ?? {};
  return { name, arguments: typeof given === "string" ? given : JSON.stringify(given) };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
