import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Gate, noLimits, type ApiLimits, type Entrant } from "./gate.ts";
import type { Slot } from "./minute-window.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Caller implements Entrant {
  slot: Slot | null = null;
  round = 0;
  inside = false;
  readonly gate: Gate;
  readonly owner: string;
  readonly tokens: number;
  readonly log: string[];

  constructor(gate: Gate, owner = "a", tokens = 0, log: string[] = []) {
    [this.gate, this.owner, this.tokens, this.log] = [gate, owner, tokens, log];
    if (gate.enter(this)) this.go();
  }

  go(): void {
    this.inside = true;
    this.log.push(this.owner);
  }
}

const gateOf = (limits: Partial<ApiLimits>) => new Gate({ ...noLimits, ...limits });
const inside = (callers: Caller[]) => callers.filter((caller) => caller.inside).length;

test("without limits everybody may go", () => {
  const gate = gateOf({});
  expect(inside(Array.from({ length: 100 }, () => new Caller(gate)))).toBe(100);
  expect([gate.active, gate.queued, gate.concurrency]).toEqual([100, 0, null]);
});

test("so many at once; whoever leaves lets the next one in", () => {
  const gate = gateOf({ concurrency: 2 });
  const callers = Array.from({ length: 5 }, () => new Caller(gate));
  expect([inside(callers), gate.queued]).toEqual([2, 3]);
  gate.leave(true);
  expect([inside(callers), gate.queued, gate.active]).toEqual([3, 2, 2]);
});

test("owners take turns, and each one's calls go in their order", () => {
  const gate = gateOf({ concurrency: 1 });
  const log: string[] = [];
  for (const owner of ["a", "a", "a", "a", "b", "b", "c"]) new Caller(gate, owner, 0, log);
  for (let count = 0; count < 6; count += 1) gate.leave(true);
  expect(log).toEqual(["a", "a", "b", "c", "a", "b", "a"]);
});

test("who is cancelled while waiting never goes, and holds up nobody", () => {
  const gate = gateOf({ concurrency: 1 });
  const [, second, third] = Array.from({ length: 3 }, () => new Caller(gate));
  if (second === undefined) throw new Error("no caller");
  gate.cancel(second);
  gate.leave(true);
  expect([second.inside, third?.inside, gate.queued]).toEqual([false, true, 0]);
});

test("calls per minute: the rest waits for the minute, and goes then", () => {
  const gate = gateOf({ requestsPerMinute: 2 });
  const callers = Array.from({ length: 5 }, () => new Caller(gate));
  for (const _caller of callers.slice(0, 2)) gate.leave(true);
  expect(inside(callers)).toBe(2);
  vi.advanceTimersByTime(59_990);
  expect(inside(callers)).toBe(2);
  vi.advanceTimersByTime(20);
  expect(inside(callers)).toBe(4);
  vi.advanceTimersByTime(60_010);
  expect(inside(callers)).toBe(5);
});

test("tokens per minute, corrected by what a call really took", () => {
  const gate = gateOf({ tokensPerMinute: 100 });
  const first = new Caller(gate, "a", 80);
  const second = new Caller(gate, "a", 60);
  expect([first.inside, second.inside]).toEqual([true, false]);
  gate.leave(true);
  gate.settle(first, 30);
  expect(second.inside).toBe(true);
});

test("429: nobody goes for as long as the upstream asks, and then half as many", () => {
  const gate = gateOf({ concurrency: 8 });
  const callers = Array.from({ length: 20 }, () => new Caller(gate));
  for (const caller of callers.slice(0, 8)) {
    // All eight were under way together: that is one event.
    gate.tooMany(caller, 3000);
    gate.leave(false);
  }
  expect([gate.concurrency, gate.active, gate.paused]).toEqual([4, 0, true]);
  vi.advanceTimersByTime(2990);
  expect(inside(callers)).toBe(8);
  vi.advanceTimersByTime(20);
  expect([inside(callers), gate.active, gate.paused]).toEqual([12, 4, false]);
});

test("429 again and again leaves one place; good answers bring them back", () => {
  const gate = gateOf({ concurrency: 6 });
  for (let count = 0; count < 5; count += 1) {
    const caller = new Caller(gate);
    gate.tooMany(caller, 0);
    gate.leave(false);
  }
  expect(gate.concurrency).toBe(1);
  let answers = 0;
  for (; (gate.concurrency ?? 0) < 6; answers += 1) {
    gate.enter(new Caller(gate));
    gate.leave(true);
    gate.leave(true);
  }
  expect(answers).toBeGreaterThan(5);
  expect(answers).toBeLessThan(40);
});

test("a limit that nobody set comes and goes", () => {
  const gate = gateOf({});
  const callers = Array.from({ length: 10 }, () => new Caller(gate));
  const [first] = callers;
  if (first === undefined) throw new Error("no caller");
  gate.tooMany(first, 0);
  expect(gate.concurrency).toBe(5);
  for (let count = 0; count < 300; count += 1) {
    gate.leave(true);
    new Caller(gate);
  }
  expect(gate.concurrency).toBe(null);
});
