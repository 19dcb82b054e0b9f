import { expect, test } from "vitest";
import { readReward } from "./read-reward.ts";

test.for<[string, number, string]>([
  ["1\n", 1, ""],
  ["0.25", 0.25, ""],
  [" .5 \n", 0.5, ""],
  ["1.", 1, ""],
  ["\uFEFF1e-1", 0.1, ""],
  ["true", 1, ""],
  ['{"reward": 0}', 0, ""],
  ['{"reward": true, "why": "x"}', 1, 'why "x"'],
  ['{"accuracy": 0.5}', 0.5, ""],
  ['{"accuracy": 0.5, "reward": 0.75}', 0.75, "accuracy 0.5"],
])("%j is a reward", ([text, value, details]) => {
  expect(readReward("f", text)).toEqual({ value, details });
});

test.for<[string, string]>([
  ["", "neither a number nor JSON"],
  ["NaN", "neither a number nor JSON"],
  ["1 point", "neither a number nor JSON"],
  ["[1]", "holds no reward"],
  ["null", "holds no reward"],
  ["{}", "no number"],
  ['{"a": 1, "b": 0}', "several numbers (a, b)"],
  ["1.5", "says 1.5, and a reward is from 0 to 1"],
  ["-1", "says -1"],
])("%j is none", ([text, why]) => {
  expect(readReward("f", text)).toMatchObject({ problem: expect.stringContaining(why) });
});

test("a reward counts whatever stands beside it", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  expect(readReward("f", `{"reward": 1, "log": ${deep}}`)).toEqual({
    value: 1,
    details: "log nested too deeply",
  });
});
