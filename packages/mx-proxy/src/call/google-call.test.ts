import { expect, test } from "vitest";
import { replyUsage } from "../reply/reply-usage.ts";
import { googleCall, googlePath } from "./google-call.ts";

test("a path of Google's says what is asked of which model", () => {
  const asked = { model: "gemini-3-pro", stream: true, answers: true };
  expect(googleCall("/v1/models/gemini-3-pro:streamGenerateContent")).toEqual(asked);
  expect(googleCall("/v1/models/m:countTokens")).toEqual({
    model: "m",
    stream: false,
    answers: false,
  });
  for (const other of [
    "m",
    "m:batchGenerateContent",
    "../m:generateContent",
    "a/m:generateContent",
  ]) {
    expect(googleCall(`/v1/models/${other}`)).toBeNull();
  }
});

test("a model that has another name upstream is asked for by that name", () => {
  const path = "/v1/models/judge:streamGenerateContent?alt=sse";
  expect(googlePath(path, "gemini-3-pro")).toBe(
    "/v1/models/gemini-3-pro:streamGenerateContent?alt=sse",
  );
  expect(googlePath(path, null)).toBe(path);
  expect(googlePath("/v1/messages?beta=true", "m")).toBe("/v1/messages?beta=true");
});

test("what was thought is part of the output, and what tools sent part of the input", () => {
  const usage = {
    promptTokenCount: 10,
    toolUsePromptTokenCount: 5,
    candidatesTokenCount: 3,
    thoughtsTokenCount: 4,
    cachedContentTokenCount: 2,
    totalTokenCount: 22,
  };
  expect(replyUsage(usage)).toEqual({
    input_tokens: 15,
    output_tokens: 7,
    cached_input_tokens: 2,
    reasoning_tokens: 4,
    calls: 1,
  });
  expect(replyUsage({ promptTokenCount: 10 })).toMatchObject({
    input_tokens: 10,
    output_tokens: null,
  });
});
