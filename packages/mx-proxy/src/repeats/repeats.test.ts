import type { Request } from "@mx/records";
import { expect, test } from "vitest";
import { Repeats } from "./repeats.ts";

const ask = (text: string) => ({
  method: "POST",
  url: "/v1/x",
  body: Buffer.from(text),
  trial: null,
});
const failed = { state: "error", status: 500, error: "no", attempts: 1, cache: "off" } as Request;

test("of very many requests that fail, those that failed longest ago are forgotten", () => {
  const repeats = new Repeats(1);
  for (let n = 0; n <= 10_000; n += 1) repeats.settle(ask(`${n}`), failed);
  expect(repeats.refusal(ask("0"))).toBeNull();
  for (const n of [1, 10_000])
    expect(repeats.refusal(ask(`${n}`))).toMatchObject({ status: 500, code: "same_error" });
});

test("what was not asked of an upstream counts neither way", () => {
  const repeats = new Repeats(2);
  repeats.settle(ask("a"), failed);
  repeats.settle(ask("a"), { ...failed, attempts: 0 });
  repeats.settle(ask("a"), { ...failed, attempts: 0, state: "ok", cache: "hit" });
  repeats.settle(ask("a"), { ...failed, state: "cancelled" });
  expect(repeats.refusal(ask("a"))).toBeNull();
  repeats.settle(ask("a"), failed);
  expect(repeats.refusal(ask("b"))).toBeNull();
  expect(repeats.refusal(ask("a"))).toMatchObject({ code: "same_error" });
  repeats.settle(ask("a"), { ...failed, state: "ok", status: 200 });
  expect(repeats.refusal(ask("a"))).toBeNull();
});
