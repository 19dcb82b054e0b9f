import { expect, test } from "vitest";
import { isTrialPath } from "./trial-path.ts";

test.for([
  ["POST", "/v1/chat/completions", true],
  ["POST", "/v1/messages", true],
  ["POST", "/v1/models/gemini-3-pro:streamGenerateContent", true],
  ["POST", "/v1/models/gemini-3-pro:countTokens", true],
  ["POST", "/v1/models/gemini-3-pro:batchGenerateContent", false],
  ["POST", "/v1/models/a%2F..:generateContent", false],
  ["GET", "/v1/models", true],
  ["GET", "/v1/models/meta-llama/Llama-3.1-8B", true],
  ["GET", "/v1/models/meta-llama%2FLlama-3.1-8B", true],
  ["GET", "/v1/models/a%2F..%2F..%2Ffiles", false],
  ["GET", "/v1/modelsandmore", false],
  ["HEAD", "/v1/models", true],
  ["DELETE", "/v1/models/ft:mine", false],
  ["GET", "/v1/files", false],
  ["POST", "/v1/files", false],
  ["POST", "/v1/fine_tuning/jobs", false],
  ["GET", "/v1/models/../files", false],
  ["GET", "/v1/models/%2e%2e/files", false],
  ["POST", "/v1/chat/completions/../../files", false],
] as const)("%s %s: %s", ([method, path, allowed]) => {
  expect(isTrialPath(method, path)).toBe(allowed);
});
