import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { nothingAsked } from "../call/asked.ts";
import { callEnded } from "../testing/call-ended.ts";
import { fakeCollector } from "../testing/fake-collector.ts";
import { OtlpTraces } from "./otlp-traces.ts";

const facts = { asked: nothingAsked, address: null, traceparent: undefined, said: null };

function traces(url: string, notes: string[]): OtlpTraces {
  return new OtlpTraces({
    target: { url, headers: {}, name: "collector", secrets: [] },
    version: "0",
    service: "s",
    bodies: false,
    note: (text) => notes.push(text),
  });
}

test("no more than so many spans wait for a collector that hangs; the others are dropped and counted", async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const notes: string[] = [];
  const hanging = traces(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, notes);
  for (let call = 0; call < 5000; call += 1) hanging.add(callEnded, facts);
  expect(hanging.counts()).toEqual({ sent: 0, failed: 0, dropped: 904, waiting: 4096 });
  await hanging.close(50);
  expect(notes).toEqual([
    "spans could not be sent to collector: too many wait",
    "4096 spans could not be sent to collector: there was no time left",
  ]);
  silent.close();
});

test("closing sends all that waits, and every span arrives once", async () => {
  await using collector = await fakeCollector();
  const notes: string[] = [];
  const open = traces(`${collector.url}/v1/traces`, notes);
  for (let call = 0; call < 1500; call += 1) open.add({ ...callEnded, id: `req-${call}` }, facts);
  await open.close(20_000);
  expect(open.counts()).toEqual({ sent: 1500, failed: 0, dropped: 0, waiting: 0 });
  const spans = await collector.spans(1500);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(1500);
  expect(notes).toEqual([]);
});

test("a record that no span can be made of is counted, and nothing is thrown", async () => {
  const notes: string[] = [];
  const open = traces("http://127.0.0.1:1", notes);
  open.add(null as never, facts);
  expect(open.counts()).toMatchObject({ failed: 1, waiting: 0 });
  expect(notes.length).toBe(1);
  await open.close(50);
});
