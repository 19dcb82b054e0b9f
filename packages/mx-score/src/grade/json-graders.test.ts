import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { findJson } from "./find-json.ts";
import { jsonEqualsGrader } from "./json-equals.ts";
import { jsonSchemaGrader } from "./json-schema.ts";
import { loadAjv } from "./load-ajv.ts";
import { parseJsonExactly } from "./parse-json.ts";

beforeAll(loadAjv);

test.for<[string, unknown]>([
  ['{"a":1}', { a: 1 }],
  [" 42 ", 42],
  ['"text"', "text"],
  ["null", null],
  ['```json\n{"a":1}\n```', { a: 1 }],
  ["```\n[1]\n```", [1]],
  ['Sure!\n\n```json\n{"a":1}\n```\nHope this helps.', { a: 1 }],
  ['```json\n{"a":1}\n```\nor rather\n```json\n{"a":2}\n```', { a: 2 }],
  ['```JSON\r\n{"a":1}\r\n```\r\n', { a: 1 }],
  ["```json\n42\n```", 42],
  ['~~~json\n{"a":"```"}\n~~~', { a: "```" }],
  ['````json\n{"a":1}\n````', { a: 1 }],
  ['   ```json\n   {"a":1}\n   ```', { a: 1 }],
  ['```json\n{"a":1}', { a: 1 }],
  ['```python\nprint({"b":1})\n```\n{"a":1}', { a: 1 }],
  ['The result is {"a":1}.', { a: 1 }],
  ['First {"a":1}, then {"a":{"b":[2]}}!', { a: { b: [2] } }],
  ['{"a":1} as in [1] and [2]', { a: 1 }],
  ["It is [1, 2]", [1, 2]],
  ['The set {1, 2} maps to {"a":1}', { a: 1 }],
  ['A brace { here and {"a":"}{"} there', { a: "}{" }],
  ['He said "{" and {"a":"\\"}"}', { a: '"}' }],
  ['{{"a":1}}', { a: 1 }],
  ['{"a":1}{"b":2}', { b: 2 }],
  ['{"a":1,}', undefined],
  ["{'a':1}", undefined],
  ['{"a":{"b":1},}', undefined],
  ['{"a":01}', undefined],
  ['{"a":"\n"}', undefined],
  ['{"a":1', undefined],
  ["no JSON", undefined],
  ["", undefined],
])("the JSON in %j", ([answer, value]) => {
  const found = findJson(answer);
  expect(found === null ? undefined : JSON.parse(found)).toEqual(value);
});

test("any value is found again, whole, fenced and in prose", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), (value, object) => {
      const same = (answer: string) => JSON.parse(findJson(answer) ?? '"nothing"');
      const plain = (of: unknown) => JSON.parse(JSON.stringify(of));
      expect(same(JSON.stringify(value, null, 2))).toEqual(plain(value));
      expect(same(`So:\n\`\`\`json\n${JSON.stringify(value, null, 1)}\n\`\`\``)).toEqual(
        plain(value),
      );
      expect(same(`So ${JSON.stringify(object)} it is.`)).toEqual(plain(object));
      expect(JSON.stringify(parseJsonExactly(JSON.stringify(value)))).toBe(
        JSON.stringify(plain(value)),
      );
    }),
  );
});

test("looking for JSON takes linear time", () => {
  for (const unit of [
    "{",
    "[",
    "[{",
    '{"a":',
    "[1,",
    '"',
    '["',
    "```json\n",
    "~~~\n",
    '{"a":1}',
    "\\",
    '[["a"],',
    '["[',
    '{"\\"',
  ]) {
    const started = performance.now();
    findJson(unit.repeat(50_000));
    expect(performance.now() - started, unit).toBeLessThan(5000);
  }
  expect(findJson(`so {"a":"${"x\\n".repeat(5_000_000)}"} it is`)?.length).toBe(15_000_008);
});

describe("json_equals", () => {
  function grade(output: string, target?: string, more: object = {}) {
    const trial = {
      output,
      outcome: "completed",
      ...(target === undefined ? {} : { target }),
    } as const;
    return jsonEqualsGrader.grade({ kind: "json_equals", ...more }, trial);
  }

  test.for<[string, string, number | null]>([
    ['{"b":2,"a":[1,{"c":null}]}', '{"a":[1,{"c":null}],"b":2}', 1],
    ['{"a":1.0}', '{"a":1e0}', 1],
    ['{"a":-0}', '{"a":0}', 1],
    ['{"a":100}', '{"a":1E+2}', 1],
    ['{"a":"\\u0041"}', '{"a":"A"}', 1],
    ['{"a":9007199254740993}', '{"a":9007199254740993}', 1],
    ['{"a":9007199254740993}', '{"a":9007199254740992}', 0],
    ['{"a":90071992547409930e-1}', '{"a":9007199254740993.0}', 1],
    ['{"a":1e999}', '{"a":10e998}', 1],
    ['{"a":1e999}', '{"a":1e998}', 0],
    ['{"a":0.1}', '{"a":0.10000000000000000555}', 0],
    ["[1,2]", "[2,1]", 0],
    ['{"a":1}', '{"a":"1"}', 0],
    ['{"a":1,"b":2}', '{"a":1}', 0],
    ['{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}', 1],
    ['{"__proto__":{"a":1}}', "{}", 0],
    ["nothing", "{}", 0],
    ["{}", "not JSON", null],
  ])("%j is %j: %j", ([output, target, value]) => {
    expect(grade(output, target).value).toBe(value);
  });

  test.for<[unknown, string, number]>([
    [{ a: 1 }, "", 1],
    [1, "/a", 1],
    [2, "/b~1c", 0],
    [[1], "/list", 1],
    [1, "/list/0", 1],
    [1, "/list/00", 0],
    [1, "/list/length", 0],
    [1, "/list/-", 0],
    [1, "/nothing/there", 0],
    [3, "/x~1y/m~0n", 1],
  ])("%j at %j: %j", ([target, pointer, value]) => {
    const output = '{"a":1,"list":[1],"x/y":{"m~n":3}}';
    const all = pointer === "" ? '{"a":1}' : output;
    expect(grade(all, undefined, { target, pointer }).value).toBe(value);
  });

  test("numbers too large, depth and bad pointers", () => {
    expect(grade("[1e999]", undefined, { target: [1] }).value).toBe(0);
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    expect(grade(deep, "[]").value).toBeNull();
    expect(grade("{}").value).toBeNull();
    expect(jsonEqualsGrader.problem?.({ kind: "json_equals", pointer: "a" })).toMatch(/begin with/);
    expect(jsonEqualsGrader.problem?.({ kind: "json_equals", pointer: "/~2" })).toMatch(/~0/);
  });
});

describe("json_schema", () => {
  const grade = (schema: Record<string, unknown> | boolean, output: string) =>
    jsonSchemaGrader.grade({ kind: "json_schema", schema }, { output, outcome: "completed" });
  const person = {
    type: "object",
    properties: { name: { type: "string" }, age: { type: "integer", minimum: 0 } },
    required: ["name"],
    additionalProperties: false,
  };

  test.for<[string, number]>([
    ['{"name":"Ann","age":3}', 1],
    ['Here: {"name":"Ann"}', 1],
    ['{"name":"Ann","age":-1}', 0],
    ['{"age":1}', 0],
    ['{"name":"Ann","x":1}', 0],
    ["Ann", 0],
  ])("%j: %j", ([output, value]) => {
    expect(grade(person, output).value).toBe(value);
  });

  test("explains what is wrong", () => {
    expect(grade(person, '{"name":1}').explanation).toBe('at "/name": must be string');
  });

  test("drafts 7 and 2020-12 differ in how tuples are written", () => {
    const draft7 = "http://json-schema.org/draft-07/schema#";
    const draft2020 = "https://json-schema.org/draft/2020-12/schema";
    const tuple = [{ type: "string" }];
    expect(grade({ $schema: draft7, type: "array", items: tuple }, "[1]").value).toBe(0);
    expect(grade({ $schema: draft2020, type: "array", prefixItems: tuple }, "[1]").value).toBe(0);
    expect(grade({ type: "array", prefixItems: tuple }, '["a"]').value).toBe(1);
    expect(grade({ $schema: draft2020, type: "array", prefixItems: tuple }, '["a",1]').value).toBe(
      1,
    );
  });

  test("two schemas may have the same $id, and formats are annotations", () => {
    const spec = { $id: "https://example.com/s", type: "string", format: "no-such-format" };
    expect(grade(spec, '"a"').value).toBe(1);
    expect(grade({ ...spec, type: "number" }, '"a"').value).toBe(0);
    const frozen = Object.freeze({ type: "object", properties: Object.freeze({ a: false }) });
    expect(grade(frozen, '{"a":1}').value).toBe(0);
    expect(grade(true, "1").value).toBe(1);
    expect(grade(false, "1").value).toBe(0);
  });

  test.for<[Record<string, unknown>, RegExp]>([
    [{ type: "strin" }, /type/],
    [{ $ref: "https://example.com/elsewhere" }, /resolve reference/],
    [{ pattern: "(" }, /pattern|regular expression/i],
    [{ $async: true }, /async/],
    [{ $schema: "http://json-schema.org/draft-04/schema#" }, /draft-04/],
  ])("%j is refused", ([schema, reason]) => {
    expect(jsonSchemaGrader.problem?.({ kind: "json_schema", schema })).toMatch(reason);
  });

  test("a pattern that backtracks for ever, and a depth without end, are unknown", () => {
    expect(grade({ pattern: "^(a+)+$" }, JSON.stringify(`${"a".repeat(50)}b`)).value).toBeNull();
    const list = { items: { $ref: "#" } };
    expect(grade(list, "[".repeat(200_000) + "]".repeat(200_000)).value).toBeNull();
  });
});
