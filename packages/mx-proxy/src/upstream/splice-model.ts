import { jsonMember } from "../call/json-member.ts";

/** The body of a call with another `model`, and not another byte changed. It is known to name one. */
export function spliceModel(body: Buffer, model: string): Buffer {
  const span = jsonMember(body, "model");
  if (span === null) return body;
  const name = Buffer.from(JSON.stringify(model));
  return Buffer.concat([body.subarray(0, span.start), name, body.subarray(span.end)]);
}
