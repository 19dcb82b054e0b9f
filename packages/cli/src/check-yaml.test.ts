import { expect, test } from "vitest";
import * as z from "zod";
import { checkYaml } from "./check-yaml.ts";
import { YamlText } from "./yaml-text.ts";

const Setup = z.strictObject({
  name: z.string(),
  parts: z.record(z.string().regex(/^[a-z]+$/, "expected small letters"), z.int()).optional(),
  list: z.array(z.object({ port: z.int() })).optional(),
});

function problems(text: string): string[] {
  try {
    checkYaml(new YamlText("f.yaml", text), Setup, (all) => new Error(all));
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
}

test.for<[text: string, ...expected: string[]]>([
  ["name: a\nlist: [{port: 80}]\n"],
  ["name: 1\n", "f.yaml:1:1: name: expected string, received number"],
  [
    "name: a\nnmae: b\nother: c\n",
    "f.yaml:2:1: nmae: there is no such setting",
    "f.yaml:3:1: other: there is no such setting",
  ],
  ["name: a\nparts:\n  A: 1\n", "f.yaml:3:3: parts.A: expected small letters"],
  ["name: a\nparts:\n  a: sk-1\n", "f.yaml:3:3: parts.a: expected number, received string"],
  ["name: a\nlist:\n  - port: x\n", "f.yaml:3:5: list.0.port: expected number, received string"],
  // The key of what is missing is not there: the thing around it is named.
  [
    "name: a\nlist:\n  - other: x\n",
    "f.yaml:2:1: list.0.port: expected number, received undefined",
  ],
  ["[]\n", "f.yaml:1:1: expected object, received array"],
])("%j", ([text, ...expected]) => expect(problems(text)).toEqual(expected));

test("what is no YAML is said with its place, and without the line itself", () => {
  const [first = ""] = problems("name: a\nkey: [sk-secret\n");
  expect(first).toMatch(/^f\.yaml:3:1: /);
  expect(first).not.toContain("sk-secret");
});

test("of very many problems ten are shown, and the number of the others", () => {
  const text = Array.from({ length: 13 }, (_, at) => `no${at}: 1\n`).join("");
  expect(problems(`name: a\n${text}`)).toHaveLength(11);
  expect(problems(`name: a\n${text}`).at(-1)).toBe("… and 3 more");
});

test("a value's line is that of the value, and of what is around it where there is none", () => {
  const file = new YamlText("f.yaml", "a:\n  b:\n    - c: 1\n      d: 2\n");
  expect([["a", "b", 0, "d"], ["a", "b", 0, "x"], ["y"]].map((path) => file.lineOf(path))).toEqual([
    4, 3, 1,
  ]);
});

test("an alias of what is not there is said with its place", () => {
  expect(problems("name: a\nparts: *none\n")).toEqual([
    expect.stringMatching(/^f\.yaml:2:8: Unresolved alias .*none$/),
  ]);
});
