import { expect, test } from "vitest";
import { readAsked } from "./asked.ts";

test("a body says what it asks for, however much space comes before it", () => {
  const body = Buffer.from(`${" \n".repeat(500)}{"model":"m","stream":true}`);
  expect(readAsked(body, undefined, "/v1/chat/completions")).toMatchObject({
    model: "m",
    stream: true,
  });
});
