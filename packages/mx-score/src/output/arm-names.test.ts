import { expect, test } from "vitest";
import { armNames } from "./arm-names.ts";

test.for<[names: string[], shown: string[]]>([
  [
    ["runs/1/a.ndjson", "runs/1/b.ndjson"],
    ["a.ndjson", "b.ndjson"],
  ],
  [
    ["runs/1/t.ndjson", "runs/2/t.ndjson"],
    ["1/t.ndjson", "2/t.ndjson"],
  ],
  [
    ["/x/a", "/x/a/b"],
    ["a", "a/b"],
  ],
  [
    ["baseline", "skills/more"],
    ["baseline", "skills/more"],
  ],
  [
    ["x/y", "x/y"],
    ["x/y", "x/y"],
  ],
  [
    ["", "b"],
    ["-", "b"],
  ],
])("%j", ([names, shown]) => {
  expect(names.map(armNames(names))).toEqual(shown);
});
