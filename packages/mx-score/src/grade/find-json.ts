import { fencedBlocks } from "./fenced-blocks.ts";
import { jsonSpan } from "./json-span.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Blocks that are tried, from the last: what is no JSON is found out by an error, which takes time. */
const triedBlocks = 100;

function inFence(text: string): string | null {
  const blocks: string[] = [];
  for (const { language, content } of fencedBlocks(text)) {
    if (!/^(?:json\w*)?$/iu.test(language)) continue;
    blocks.push(content);
    if (blocks.length > triedBlocks) blocks.shift();
  }
  return blocks.findLast((content) => isJson(content)) ?? null;
}

function inProse(text: string): string | null {
  const bracket = /[{[]/g;
  let object: string | null = null;
  let array: string | null = null;
  for (let found = bracket.exec(text); found !== null; found = bracket.exec(text)) {
    const span = jsonSpan(text, found.index);
    if ("stop" in span) {
      bracket.lastIndex = span.stop;
      continue;
    }
    bracket.lastIndex = span.end;
    const value = text.slice(span.start, span.end);
    if (found[0] === "{") object = value;
    else array = value;
  }
  return object ?? array;
}

/**
 * The JSON text that an answer holds; null where there is none. The first of these that is JSON:
 *
 * 1. the whole answer, any value;
 * 2. the last fenced block (```` ```json ```` or without a language) that is JSON, any value;
 * 3. the last object that stands in the text by itself, not inside another value; where there is none, the last
 *    array. Objects go first because `[1]` in prose is mostly a reference.
 *
 * Takes time linear in the length of the answer.
 */
export function findJson(answer: string): string | null {
  const text = answer.trim();
  if (isJson(text)) return text;
  return inFence(text) ?? inProse(text);
}
