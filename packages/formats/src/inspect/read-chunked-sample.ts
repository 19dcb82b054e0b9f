import { countOf, listOf, type JsonObject } from "../json-value.ts";
import { attachmentNames, withAttachments } from "./attachments.ts";
import type { ChunkStarts } from "./eval-members.ts";
import { ModelCalls, pooled } from "./model-calls.ts";
import { unneeded, type Sample } from "./sample.ts";
import { readItems, readObject, sliceDocument } from "../slice-document.ts";
import { sliceValue } from "../slice-value.ts";
import { wholeConversation } from "./whole-conversation.ts";
import type { ZipArchive } from "./zip-archive.ts";

/**
 * A chunked sample (log/_recorders/chunked/format.py): a shell whose `message_refs` say which of the pooled messages
 * are its conversation, and sequences in chunks that are named by the index of their first item. Only the chunks that
 * are referred to are read, and of the events one chunk at a time.
 */
export async function readChunkedSample(
  archive: ZipArchive,
  prefix: string,
  starts: ChunkStarts,
): Promise<Sample> {
  const fields = await readObject(
    archive.read(`${prefix}/sample.json`),
    (name) => !unneeded.has(name),
  );
  const calls = new ModelCalls();
  for (const start of starts.events) {
    const name = `${prefix}/events/${start}.json`;
    for await (const slice of sliceDocument(archive.read(name), () => "skip")) {
      if (ModelCalls.isCall(slice.bytes)) calls.add(sliceValue(slice));
    }
  }
  const pool = (refs: readonly unknown[]) => {
    const ranges = refs.map((ref) => listOf(ref).map(countOf));
    return readSequence(archive, `${prefix}/messages`, starts.messages, (index) =>
      ranges.some(([from, to]) => from != null && to != null && from <= index && index < to),
    );
  };
  const refs = listOf(fields["message_refs"]);
  const own = pooled(refs, await pool(refs));
  const messages = await wholeConversation(own, calls, pool);
  const names = attachmentNames([fields, messages]);
  const texts = await readSequence(archive, `${prefix}/attachments`, starts.attachments, (index) =>
    names.has(String(index)),
  );
  const attachments = new Map<string, string>();
  for (const name of names) {
    const text = texts[Number(name)];
    if (typeof text === "string") attachments.set(name, text);
  }
  return {
    fields: withAttachments(fields, attachments) as JsonObject,
    messages: withAttachments(messages, attachments) as unknown[],
    calls,
    retries: listOf(fields["error_retries"]).length,
    isSummary: false,
  };
}

/** The wanted items of a sequence, at their index; what is not wanted is a hole. */
async function readSequence(
  archive: ZipArchive,
  folder: string,
  starts: readonly number[],
  wanted: (index: number) => boolean,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for (const start of starts) {
    let index = start;
    for await (const item of readItems(archive.read(`${folder}/${start}.json`))) {
      if (wanted(index)) items[index] = item;
      index += 1;
    }
  }
  return items;
}
