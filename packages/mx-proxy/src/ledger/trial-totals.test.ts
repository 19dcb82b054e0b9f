import type { Request } from "@mx/records";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { TrialTotals } from "./trial-totals.ts";

const call = (
  state: Request["state"],
  output: number | null,
  error?: string,
  cost_usd: number | null = null,
) =>
  ({
    state,
    status: 200,
    cost_usd,
    ...(error === undefined ? {} : { error }),
    usage: {
      input_tokens: 1,
      output_tokens: output,
      cached_input_tokens: null,
      reasoning_tokens: null,
      calls: 1,
    },
  }) as Request;

const of = (key: string, attempt: number, run_id = "r") => ({ run_id, key, attempt });

test("a server that an attempt never had is its fault, and nothing that its client does later undoes one", () => {
  const totals = new TrialTotals();
  const attempt = of("k", 0);
  const fault = () => totals.read("k", 0, "r").mcp_fault;
  totals.serverMissed(attempt, "one", "one was not ready");
  expect(fault()).toBe("one was not ready");
  expect(totals.run("r").attempts).toMatchObject([{ mcp_fault: "one was not ready" }]);
  expect(totals.read("k", 1, "r").mcp_fault).toBeNull();
  totals.serverReady(attempt, "one");
  expect(fault()).toBeNull();
  totals.serverMissed(attempt, "one", "a second one was not ready");
  expect(fault()).toBeNull();
  totals.serverMissed(attempt, "two", "two was not ready");
  totals.serverFailed(attempt, "one has ended");
  expect(fault()).toBe("one has ended");
});

test("calls of one attempt add up, and those of others do not count", () => {
  const totals = new TrialTotals();
  totals.begin(of("k", 0), () => {})(call("ok", 2));
  totals.begin(of("k", 0), () => {})(call("error", 3, "boom"));
  totals.begin(of("k", 1), () => {})(call("ok", 9));
  expect(totals.read("k", 0, "r")).toMatchObject({
    calls: 2,
    ok: 1,
    failed: 1,
    last_state: "error",
    last_error: "boom",
    active: 0,
    usage: { input_tokens: 2, output_tokens: 5, calls: 2 },
  });
  expect(totals.read("unheard of", 0, "r")).toMatchObject({ calls: 0, last_state: null });
});

test("model_ms is the time in which any call was under way, not the sum over calls", async () => {
  const totals = new TrialTotals();
  const ends = [1, 2, 3].map(() => totals.begin(of("k", 0), () => {}));
  expect(totals.read("k", 0, "r").active).toBe(3);
  await sleep(60);
  for (const end of ends) end(null);
  const { model_ms, calls, active } = totals.read("k", 0, "r");
  expect(model_ms).toBeGreaterThanOrEqual(55);
  expect(model_ms).toBeLessThan(170);
  expect({ calls, active }).toEqual({ calls: 0, active: 0 });
});

test("forgetting ends what is under way, and what ends later does not come back", () => {
  const totals = new TrialTotals();
  let aborted = 0;
  const end = totals.begin(of("k", 0), () => (aborted += 1));
  expect(totals.forget("k", 0, "r")).toBe(1);
  end(call("cancelled", null));
  expect(aborted).toBe(1);
  expect(totals.read("k", 0, "r")).toMatchObject({ calls: 0, active: 0 });
});

test("the attempts that were heard of longest ago go first, but none that is under way", () => {
  const totals = new TrialTotals(10);
  totals.begin(of("busy", 0), () => {});
  for (let n = 0; n < 50; n += 1) totals.begin(of(`k${n}`, 0), () => {})(call("ok", 1));
  expect(totals.read("busy", 0, "r").active).toBe(1);
  expect(totals.read("k49", 0, "r").calls).toBe(1);
  expect(totals.read("k0", 0, "r").calls).toBe(0);
});

test("costs add up exactly, and are unknown from the first one on that is", () => {
  const totals = new TrialTotals();
  const end = (cost: number | null) =>
    totals.begin(of("k", 0), () => {})(call("ok", 1, undefined, cost));
  expect(totals.read("k", 0, "r").cost_usd).toBe(0);
  for (const cost of [0.1, 0.2, 0, 1e-12]) end(cost);
  expect(totals.read("k", 0, "r").cost_usd).toBe(0.300000000001);
  end(null);
  end(0.1);
  expect(totals.read("k", 0, "r").cost_usd).toBe(null);
});

test("the same attempt of two runs is counted apart, and without a run the latest is meant", () => {
  const totals = new TrialTotals();
  totals.begin(of("k", 0, "r1"), () => {})(call("ok", 1));
  totals.begin(of("k", 0, "r2"), () => {})(call("ok", 2));
  expect(totals.read("k", 0, "r1").usage.output_tokens).toBe(1);
  expect(totals.read("k", 0, null).usage.output_tokens).toBe(2);
  expect(totals.read("k", 0, "r3").calls).toBe(0);
});

test("a run is the sum of its attempts, also of those that were forgotten; the whole holds the admin's calls too", () => {
  const totals = new TrialTotals();
  totals.begin(of("k", 0), () => {})(call("ok", 1, undefined, 0.1));
  totals.begin(of("l", 0), () => {})(call("error", 2, "boom", 0.2));
  totals.begin(of("k", 0, "other"), () => {})(call("ok", 4, undefined, 0.3));
  totals.begin(null, () => {})(call("ok", 8, undefined, null));
  totals.forget("k", 0, "r");
  expect(totals.run("r")).toMatchObject({
    run_id: "r",
    calls: 2,
    cost_usd: 0.3,
    usage: { output_tokens: 3 },
    attempts: [{ key: "l", attempt: 0, calls: 1 }],
    attempts_left_out: 0,
  });
  expect(totals.run("unheard of")).toMatchObject({ calls: 0, attempts: [] });
  const { runs, ...whole } = totals.whole();
  expect(whole).toMatchObject({ calls: 4, cost_usd: null, usage: { output_tokens: 15 } });
  expect(runs.map(({ run_id, calls }) => [run_id, calls])).toEqual([
    ["other", 1],
    ["r", 2],
  ]);
});
