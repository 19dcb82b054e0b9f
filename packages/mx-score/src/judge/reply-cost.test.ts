import { expect, test } from "vitest";
import { replyCost } from "./reply-cost.ts";

test.for([
  [{ cost: 0.25 }, {}, 0.25],
  [{ cost: 0 }, { "x-mx-cost-usd": "1" }, 0],
  [{ cost: "0.25" }, {}, null],
  [{ cost: -1 }, {}, null],
  [{}, {}, null],
  [null, {}, null],
  [undefined, { "x-mx-cost-usd": "0.5" }, 0.5],
  [{}, { "x-litellm-response-cost": "1.5e-05" }, 0.000015],
  [{}, { "x-mx-cost-usd": "free" }, null],
  [{}, { "x-mx-cost-usd": "" }, null],
  [{}, { "x-mx-cost-usd": "-1" }, null],
  [{}, { "x-mx-cost-usd": "Infinity" }, null],
] as const)("usage %j with headers %j cost %j", ([usage, headers, cost]) => {
  expect(replyCost(usage, new Headers(headers))).toBe(cost);
});
