import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { pythonLiteral, type PythonValue } from "./python-literal.ts";

const hasPython = spawnSync("python3", ["--version"]).status === 0;
if (!hasPython) console.warn("skipped: tests that need python3");

/** What Python makes of these literals, as assignments of a module and by ast.literal_eval. */
function throughPython(values: PythonValue[]): unknown[] {
  const script = `
import ast, json, sys
source = sys.stdin.buffer.read().decode("utf-8")
scope = {}
exec(compile(source, "values.py", "exec"), scope)
for node in ast.parse(source).body:
    assert ast.literal_eval(node.value) == scope[node.targets[0].id]
count = len([name for name in scope if name.startswith("v")])
print(json.dumps([scope[f"v{i}"] for i in range(count)]))`;
  const input = values.map((value, i) => `v${i} = ${pythonLiteral(value)}\n`).join("");
  const { status, stdout, stderr } = spawnSync("python3", ["-c", script], { input });
  expect(status, stderr.toString()).toBe(0);
  return JSON.parse(stdout.toString()) as unknown[];
}

/** Pieces that end strings, lines, comments and formats in one language or another. */
const pieces = [
  '"',
  "'",
  '"""',
  "\\",
  "\\n",
  "\n",
  "\r",
  "\r\n",
  "\t",
  "\0",
  "\f",
  "{",
  "}}",
  "{port}",
  "%s",
  "#",
  "$HOME",
  "`",
  "\u2028",
  "\u202e",
  "\ufeff",
  "\u007f",
  "\u0085",
  "\ud83d\ude00",
  "\ud800",
  "é",
  "\\u0041",
  "\\N{BULLET}",
  "__import__('os')",
  " ",
  "a",
];

test.skipIf(!hasPython)("any text comes back from Python as it was", () => {
  let seed = 20_261_121;
  // Lehmer's generator: the same texts on every machine.
  const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const texts = Array.from({ length: 2_000 }, () =>
    Array.from({ length: next(9) }, () => pieces[next(pieces.length)]).join(""),
  );
  expect(throughPython(texts)).toEqual(texts);
});

test.skipIf(!hasPython)("lists, objects, numbers and nothing come back too, however deep", () => {
  const values: PythonValue[] = [
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e300,
    2 ** 53,
    [],
    {},
    [[], {}, [null, ["a", "b\nc\n"]]],
    { "a\nb": { '"': ["x".repeat(300), "y"], "": -0.25 } },
    Object.fromEntries(pieces.map((piece, i) => [`${i}${piece}`, [piece, i]])),
  ];
  expect(throughPython(values)).toEqual(values);
});

test("a text of several lines has as many in the file", () => {
  expect(pythonLiteral({ "chat.jinja": "one\ntwo" })).toBe(
    '{\n    "chat.jinja": (\n        "one\\n"\n        "two"\n    ),\n}',
  );
});

test("what an editor would hide is seen", () => {
  expect(pythonLiteral("a\u202eb\u2028")).toBe('"a\\u202eb\\u2028"');
});

test("what is no number is not written", () => {
  expect(() => pythonLiteral(NaN)).toThrow(RangeError);
  expect(() => pythonLiteral(Infinity)).toThrow(RangeError);
});
