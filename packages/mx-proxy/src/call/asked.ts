import { isObject } from "../is-object.ts";
import { googleCall } from "./google-call.ts";

/** What a call's body asks for, as far as the proxy has to know. */
export interface Asked {
  /** The body, parsed; null: none, or not a JSON object. */
  body: Record<string, unknown> | null;
  /** The model; null: the body names none. */
  model: string | null;
  /** True: the reply should be a stream. */
  stream: boolean;
  /** True: a stream should end with a chunk that holds the usage. */
  includeUsage: boolean;
}

/** What is asked by a call that has no body. */
export const nothingAsked: Asked = { body: null, model: null, stream: false, includeUsage: false };

/** Reads a call's body, and of Google's the path, which names the model. A body that is not a JSON object, or is compressed, asks for nothing that is known. */
export function readAsked(
  bytes: Buffer | null,
  contentEncoding: string | undefined,
  path: string,
): Asked {
  const asked = askedByBody(bytes, contentEncoding);
  const google = googleCall(path);
  return google === null ? asked : { ...asked, model: google.model, stream: google.stream };
}

function askedByBody(bytes: Buffer | null, contentEncoding: string | undefined): Asked {
  if (bytes === null || (contentEncoding ?? "identity") !== "identity") return nothingAsked;
  const body = parseObject(bytes);
  if (body === null) return nothingAsked;
  const options = body["stream_options"];
  return {
    body,
    model: typeof body["model"] === "string" ? body["model"] : null,
    stream: body["stream"] === true,
    includeUsage: isObject(options) && options["include_usage"] === true,
  };
}

function parseObject(bytes: Buffer): Record<string, unknown> | null {
  // Forms and audio go through too: only what starts like an object is worth the parser's time.
  if (bytes.find((byte) => byte > 0x20) !== 0x7b) return null;
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
