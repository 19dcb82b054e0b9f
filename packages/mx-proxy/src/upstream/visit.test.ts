import { noUsage } from "@mx/records";
import { expect, test } from "vitest";
import { plainUpstream } from "../config/plain-upstream.ts";
import { Api } from "./api.ts";
import type { ForwardCall } from "./forward-call.ts";
import { Visit } from "./visit.ts";

test("a call that was taken keeps its tokens, though reading its result failed once", () => {
  const plain = plainUpstream("a", new URL("http://127.0.0.1:9/v1"), null);
  const limits = { concurrency: null, requestsPerMinute: null, tokensPerMinute: 1000 };
  const api = new Api({ ...plain, limits, connectTimeoutMs: 1000 }, () => {});
  const retries = { retries: 2, budgetMs: 1000 };
  const request = { trial: null, subject: { task: null, trial: 0, attempt: 0 } };
  const call = { request, retries, tokens: 10 } as unknown as ForwardCall;
  const visit = new Visit(call, () => {});
  expect(visit.enter(api)).toBe(true);
  visit.answered({ status: 303, message: "", headers: [] });
  visit.failed();
  visit.leave();
  visit.used({ ...noUsage, calls: 1, input_tokens: 900, output_tokens: 50 });
  const next = new Visit({ ...call, tokens: 100 }, () => {});
  expect(next.enter(api)).toBe(false);
  next.leave();
});
