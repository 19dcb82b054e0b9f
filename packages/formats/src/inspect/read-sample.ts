import type { JsonSlice, Want } from "../json-slicer.ts";
import { listOf, type JsonObject } from "../json-value.ts";
import { RowFault } from "../row-fault.ts";
import { attachmentNames, withAttachments } from "./attachments.ts";
import { ModelCalls } from "./model-calls.ts";
import { unneeded, type Sample } from "./sample.ts";
import { define, readObject, sliceDocument, type Chunks } from "../slice-document.ts";
import { sliceValue } from "../slice-value.ts";
import { wholeConversation } from "./whole-conversation.ts";

const lists = new Set(["messages", "events", "error_retries"]);
/** Pools that are kept as text until it is known what of them is needed. */
const pools = new Set(["attachments", "events_data"]);

/**
 * A sample that is one JSON object: a member of an `.eval` archive, or an item of a `.json` log. Of its events only
 * the calls of models are parsed, and of its pools what is referred to. Throws RowFault where it is damaged.
 */
export async function readSample(chunks: Chunks): Promise<Sample> {
  const fields: JsonObject = {};
  const own: unknown[] = [];
  const calls = new ModelCalls();
  const texts = new Map<string, JsonSlice>();
  let retries = 0;
  for await (const slice of sliceDocument(chunks, want)) {
    if (slice.index === null) {
      if (pools.has(slice.member)) texts.set(slice.member, slice);
      else if (!lists.has(slice.member)) define(fields, slice.member, sliceValue(slice));
    } else if (slice.member === "messages") own.push(sliceValue(slice));
    else if (slice.member === "error_retries") retries += 1;
    else if (slice.member === "events") {
      if (ModelCalls.isCall(slice.bytes)) calls.add(sliceValue(slice));
    } else throw new RowFault("not a JSON object");
  }
  const messages = await wholeConversation(own, calls, async () =>
    listOf((await pick(texts.get("events_data"), (name) => name === "messages"))["messages"]),
  );
  const names = attachmentNames([fields, messages]);
  const found = await pick(texts.get("attachments"), (name) => names.has(name));
  const attachments = new Map<string, string>();
  for (const [name, text] of Object.entries(found)) {
    if (typeof text === "string") attachments.set(name, text);
  }
  return {
    fields: withAttachments(fields, attachments) as JsonObject,
    messages: withAttachments(messages, attachments) as unknown[],
    calls,
    retries,
    isSummary: false,
  };
}

function want(member: string): Want {
  if (lists.has(member)) return "items";
  return unneeded.has(member) ? "skip" : "whole";
}

/** Some members of an object that is there as text. */
async function pick(
  slice: JsonSlice | undefined,
  wanted: (member: string) => boolean,
): Promise<JsonObject> {
  if (slice === undefined || slice.bytes[0] !== 0x7b) return {};
  if (slice.problem !== null) throw new RowFault(`${slice.member}: ${slice.problem}`);
  return readObject([slice.bytes], wanted);
}
