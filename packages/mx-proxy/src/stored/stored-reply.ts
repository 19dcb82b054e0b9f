import { isUtf8 } from "node:buffer";
import * as z from "zod";
import type { ReplyHead } from "../upstream/upstream.ts";

/** What HTTP lets through in the head of a message. */
const headerText = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/);

function areHeaders(headers: string[]): boolean {
  const names = headers.filter((_, at) => at % 2 === 0);
  return headers.length % 2 === 0 && names.every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name));
}

/** A piece of a body as it came: as text where it is text, else in base64. */
const Piece = z.strictObject({
  at_ms: z.number().nonnegative().describe("when it came, from the beginning of the call"),
  text: z.string().optional().describe("the piece, where it is UTF-8"),
  base64: z.base64().optional().describe("the piece, where it is not"),
});

/** A reply as it can be written down. */
export const StoredReply = z.strictObject({
  status: z.int().min(200).max(599),
  message: headerText.describe("reason phrase; empty: the usual one"),
  headers: z
    .array(headerText)
    .refine(areHeaders, "these are not header names and values in turn")
    .describe("header names and values in turn"),
  pieces: z.array(Piece).describe("the body, byte for byte, as it was cut when it came"),
});
export type StoredReply = z.infer<typeof StoredReply>;

/** Cookies are a kind of key: they let their bearer in. */
const notStored = new Set(["set-cookie", "set-cookie2"]);

/** Pieces of a body, and when each came, in ms. */
export interface Body {
  pieces: readonly Buffer[];
  atMs: readonly number[];
}

/** A reply in the form in which it is written down, without its cookies. */
export function storedReply({ status, message, headers }: ReplyHead, body: Body): StoredReply {
  const kept: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? "";
    if (!notStored.has(name.toLowerCase())) kept.push(name, headers[at + 1] ?? "");
  }
  const pieces = body.pieces.map((piece, at) => {
    const at_ms = Math.round(body.atMs[at] ?? 0);
    if (isUtf8(piece)) return { at_ms, text: piece.toString() };
    return { at_ms, base64: piece.toString("base64") };
  });
  return { status, message, headers: kept, pieces };
}

/** The pieces of a reply that was written down. */
export function storedPieces({ pieces }: StoredReply): Buffer[] {
  return pieces.map(({ text, base64 }) => {
    return base64 === undefined ? Buffer.from(text ?? "") : Buffer.from(base64, "base64");
  });
}
