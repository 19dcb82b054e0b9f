import { createHash } from "node:crypto";

/** Where a span belongs. Ids are lower-case hex, of 16 and 8 bytes, and not all zero. */
export interface SpanPlace {
  traceId: string;
  spanId: string;
  /** Span of the caller; null: none that is known. */
  parentId: string | null;
  /** False: the caller does not want its trace to be kept. */
  sampled: boolean;
}

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * The place of a call's span: below that of the caller where it sends one (https://www.w3.org/TR/trace-context/),
 * else in a trace that all calls of an attempt share. `group` names the attempt; a call without one is alone.
 */
export function spanPlace(
  call: string,
  group: string | null,
  traceparent: string | undefined,
): SpanPlace {
  const spanId = id(`span ${call}`, 8);
  const found = shape.exec(traceparent ?? "");
  const [, version, traceId = "", parentId = "", flags = "", rest] = found ?? [];
  const valid =
    found !== null &&
    version !== "ff" &&
    (version !== "00" || rest === undefined) &&
    !/^0+$/.test(traceId) &&
    !/^0+$/.test(parentId);
  if (valid) return { traceId, spanId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
  return { traceId: id(`trace ${group ?? call}`, 16), spanId, parentId: null, sampled: true };
}

function id(text: string, bytes: number): string {
  const hash = createHash("sha256").update(`mx ${text}`).digest("hex");
  return hash.slice(0, bytes * 2);
}
