import { expect, test } from "vitest";
import { ToldMessages } from "./told-messages.ts";

const mask = (text: string) => text.replaceAll("secret", "***");
const user = (content: string) => ({ role: "user", parts: [{ type: "text" as const, content }] });

test("secrets are masked in every text, also where the limit cuts through one", () => {
  const told = new ToldMessages(12, mask);
  const [message] = told.tell([user("0123456789secret")]);
  expect(message).toEqual(user("0123456789**"));
  expect(told.cut).toBe(true);
  const call = { type: "tool_call", id: "secret", name: "Bash", arguments: '{"a":"secret"}' };
  const parts = new ToldMessages(1000, mask).tell([{ role: "assistant", parts: [call] }]);
  expect(JSON.stringify(parts)).not.toContain("secret");
});

test("the last messages stay rather than the first", () => {
  const told = new ToldMessages(30, mask);
  expect(told.tell([user("first".repeat(10)), user("second".repeat(3)), user("third")])).toEqual([
    user("firstfi"),
    user("secondsecondsecond"),
    user("third"),
  ]);
  expect(told.cut).toBe(true);
  const all = new ToldMessages(1000, mask);
  expect(all.tell([user("a"), user("b")])).toEqual([user("a"), user("b")]);
  expect(all.cut).toBe(false);
});
