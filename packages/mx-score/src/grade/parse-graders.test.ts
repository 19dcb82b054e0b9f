import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseGraders } from "./parse-graders.ts";

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mx-graders-"));
  writeFileSync(file("schema.json"), '{"type":"object"}');
  writeFileSync(file("rubric.md"), "Is it polite?\n");
  writeFileSync(file("empty.md"), "\n");
  writeFileSync(file("bad.yaml"), "- kind: [");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("no flag is no grader", async () => {
  expect(await parseGraders({ grader: [] })).toBeNull();
});

test.for<[string, object]>([
  ["equals", { kind: "equals" }],
  ["contains:a:b", { kind: "contains", target: "a:b" }],
  ["json-equals", { kind: "json_equals" }],
  ["regex:^(?:a|b):c$", { kind: "regex", pattern: "^(?:a|b):c$" }],
  ["numeric", { kind: "numeric" }],
  ["numeric:0.01", { kind: "numeric", absolute: 0.01 }],
  ["numeric:5%", { kind: "numeric", relative: 0.05 }],
  ["numeric:14.3 %", { kind: "numeric", relative: 0.143 }],
  ["choice", { kind: "choice" }],
  ["choice:abcde", { kind: "choice", choices: "ABCDE" }],
  ["agent_exit:3", { kind: "agent_exit", expect: 3 }],
  ["command:./grade.py --x 'a:b'", { kind: "command", command: "./grade.py --x 'a:b'" }],
])("--grader %s", async ([flag, spec]) => {
  expect(await parseGraders({ grader: [flag] })).toEqual([spec]);
});

test("files of flags", async () => {
  const grader = [`json_schema:${file("schema.json")}`, `judge:${file("rubric.md")}`];
  expect(await parseGraders({ grader, judgeModel: "m" })).toEqual([
    { kind: "json_schema", schema: { type: "object" } },
    { kind: "judge", rubric: "Is it polite?\n", model: "m" },
  ]);
});

test.for<[string, RegExp]>([
  ["equal", /no grader "equal"; did you mean equals\?/],
  ["nuemric", /did you mean numeric\?/],
  ["exact_match", /did you mean equals\?/],
  ["llm:x", /did you mean judge\?/],
  ["zzz", /no grader "zzz"$/],
  ["", /no grader ""/],
  ["constructor", /no grader/],
  ["regex", /argument is missing: regex:PATTERN/],
  ["json_equals:42", /takes no argument/],
  ["regex:", /argument is missing/],
  ["numeric:", /argument is missing/],
  ["numeric:many", /tolerance is a number/],
  ["numeric:-1", /tolerance is a number/],
  ["choice:A", /Invalid/],
  ["agent_exit:x", /Invalid input/],
  ["agent_exit:256", /<=255/],
  ["json_schema:/no/such/file", /schema cannot be read: ENOENT/],
  ["judge:rubric.md", /which model is to judge/],
])("--grader %s is refused", async ([flag, message]) => {
  await expect(parseGraders({ grader: [flag] })).rejects.toMatchObject({
    name: "MxError",
    code: "bad_grader",
    exitCode: 2,
    message: expect.stringMatching(message),
    hint: expect.any(String),
  });
});

describe("--graders", () => {
  test("reads YAML and JSON, with files beside it", async () => {
    writeFileSync(
      file("all.yaml"),
      `- kind: equals
  ignore_case: true
  target: "yes"
- kind: judge
  rubric_file: rubric.md
  weight: 2
- kind: json_schema
  schema_file: schema.json
- kind: json_equals
  target: { a: [1, null] }
`,
    );
    const specs = [
      { kind: "equals", ignore_case: true, target: "yes" },
      { kind: "judge", rubric: "Is it polite?\n", model: "m", weight: 2 },
      { kind: "json_schema", schema: { type: "object" } },
      { kind: "json_equals", target: { a: [1, null] } },
    ];
    const flags = { graders: file("all.yaml"), judgeModel: "m" };
    expect(await parseGraders({ grader: [], ...flags })).toEqual(specs);
    writeFileSync(file("all.json"), JSON.stringify(specs));
    expect(await parseGraders({ grader: ["answer"], graders: file("all.json") })).toEqual([
      { kind: "answer" },
      ...specs,
    ]);
  });

  test.for<[string, RegExp, RegExp?]>([
    ["[]", /no list of graders/],
    ["kind: equals", /no list of graders/],
    ["- equals", /grader 1: not an object/],
    ["- kind: equals\n- kind: equal", /grader 2: no kind "equal"/, /kinds: equals, /],
    ["- kind: equals\n  ignorecase: true", /no field ignorecase/, /has: kind, name, weight/],
    ["- kind: equals\n  target: 42", /expected string/, /quotes/],
    ["- kind: judge\n  rubric: x", /model/, /--judge-model/],
    ["- kind: judge\n  rubric_file: empty.md", /empty/],
    ["- kind: judge\n  rubric_file: none.md", /ENOENT/],
    ["- kind: judge\n  rubric_file: [1]", /no path/],
    ["- kind: [", /neither YAML nor JSON/],
    ["- kind: regex\n  pattern: ''", /pattern/],
  ])("%j is refused", async ([text, message, hint = /./]) => {
    writeFileSync(file("one.yaml"), text);
    await expect(parseGraders({ grader: [], graders: file("one.yaml") })).rejects.toMatchObject({
      code: "bad_grader",
      exitCode: 2,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});
