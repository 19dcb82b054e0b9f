import { expect, test } from "vitest";
import { spanPlace } from "./traceparent.ts";

const theirs = `00-${"4b".repeat(16)}-${"a1".repeat(8)}-01`;

test("the calls of an attempt share a trace, each with a span of its own; a call without one is alone", () => {
  const [a, b, other, alone] = [
    spanPlace("req-1", "r/k/0", undefined),
    spanPlace("req-2", "r/k/0", undefined),
    spanPlace("req-3", "r/k/1", undefined),
    spanPlace("req-4", null, undefined),
  ];
  expect(a.traceId).toBe(b.traceId);
  expect(new Set([a, b, other, alone].map(({ traceId }) => traceId)).size).toBe(3);
  expect(new Set([a, b, other, alone].map(({ spanId }) => spanId)).size).toBe(4);
  for (const { traceId, spanId, parentId, sampled } of [a, b, other, alone]) {
    expect(traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
    expect(spanId).toMatch(/^(?!0+$)[0-9a-f]{16}$/);
    expect({ parentId, sampled }).toEqual({ parentId: null, sampled: true });
  }
});

test("the trace of a client that says one goes on", () => {
  const place = { traceId: "4b".repeat(16), parentId: "a1".repeat(8), sampled: true };
  expect(spanPlace("req-1", "r/k/0", theirs)).toMatchObject(place);
  expect(spanPlace("req-1", null, theirs.replace(/01$/, "00"))).toMatchObject({
    ...place,
    sampled: false,
  });
  // A later version may have more to say.
  expect(spanPlace("req-1", null, `${theirs.replace(/^00/, "cc")}-what`)).toMatchObject(place);
});

test.for([
  "",
  "00",
  theirs.toUpperCase(),
  `${theirs}-what`,
  theirs.replace(/^00/, "ff"),
  theirs.replaceAll("4b", "00"),
  theirs.replaceAll("a1", "00"),
  theirs.replace("4b", "zz"),
])("%j is no place in a trace", (traceparent) => {
  expect(spanPlace("req-1", null, traceparent)).toMatchObject({ parentId: null, sampled: true });
});
