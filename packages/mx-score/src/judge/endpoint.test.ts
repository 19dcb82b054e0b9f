import { expect, test } from "vitest";
import { judgeEndpoint } from "./endpoint.ts";

test("the URL's password and query are secrets, and only the host is shown", () => {
  const endpoint = judgeEndpoint(
    { OPENAI_API_KEY: "sk-1" },
    "https://me:p%40ss@h:8443/v1?token=t0",
  );
  expect(endpoint.host).toBe("h:8443");
  expect(endpoint.secrets).toEqual(["sk-1", "p%40ss", "p@ss", "token=t0"]);
});

test("a password that is not decodable is taken as it is", () => {
  expect(judgeEndpoint({}, "http://me:100%zz@h/v1").secrets).toContain("100%zz");
});

test("an empty key is none", () => {
  const env = { OPENAI_BASE_URL: "http://h/v1", OPENAI_API_KEY: "" };
  expect(judgeEndpoint(env, undefined)).toMatchObject({ apiKey: null, secrets: [] });
});
