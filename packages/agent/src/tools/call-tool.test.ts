import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { toolContext } from "../testing/tool-context.ts";
import { allTools } from "./all-tools.ts";
import { callTool } from "./call-tool.ts";

test.for([
  {
    name: "Fly",
    args: "{}",
    text: /no tool "Fly"\. The tools are: Bash, Read, Write, Edit, Glob, Grep$/,
  },
  { name: "", args: "{}", text: /no tool ""/ },
  { name: "Read", args: "{oops", text: /arguments are not JSON/ },
  { name: "Read", args: "", text: /bad arguments: .*file_path/s },
  { name: "Read", args: "[1]", text: /bad arguments/ },
  { name: "Read", args: '{"file_path":7}', text: /bad arguments: .*file_path/s },
  { name: "Bash", args: '{"command":"x","timeout_ms":1e9}', text: /bad arguments: .*timeout_ms/s },
  { name: "Bash", args: '{"command":"a\\u0000b"}', text: /null bytes/ },
  {
    name: "Read",
    args: JSON.stringify({ file_path: "x".repeat(1_000_000) }),
    text: /^Error: /,
    max: 2200,
  },
])(
  "$name: what the model does wrong is a result that says so",
  async ({ name, args, text, max = 500 }) => {
    await using context = await toolContext();
    const result = await callTool(allTools, { name, arguments: args }, context);
    expect(result.failed).toBe(true);
    expect(result.text).toMatch(text);
    expect(result.text.length).toBeLessThan(max);
  },
);

test("arguments that a tool does not have are ignored", async () => {
  await using context = await toolContext();
  const args = JSON.stringify({ command: "echo ok", description: "say ok" });
  expect(await callTool(allTools, { name: "Bash", arguments: args }, context)).toEqual({
    text: "ok",
    failed: false,
  });
});

test("secrets are masked in results", async () => {
  await using context = await toolContext();
  const args = JSON.stringify({ command: "echo sesame-123" });
  expect((await callTool(allTools, { name: "Bash", arguments: args }, context)).text).toBe("***");
});

test("huge arguments are carried out", async () => {
  await using context = await toolContext();
  const args = JSON.stringify({ file_path: "big", content: "x".repeat(20_000_000) });
  const { text } = await callTool(allTools, { name: "Write", arguments: args }, context);
  expect(text).toMatch(/^Wrote 20000000 bytes/);
});

test("each tool has a JSON Schema that requires what must be given and describes every argument", () => {
  expect(
    Object.fromEntries(allTools.map(({ name, parameters }) => [name, parameters["required"]])),
  ).toEqual({
    Bash: ["command"],
    Read: ["file_path"],
    Write: ["file_path", "content"],
    Edit: ["file_path", "old_string", "new_string"],
    Glob: ["pattern"],
    Grep: ["pattern"],
  });
  for (const { parameters } of allTools) {
    for (const property of Object.values(
      parameters["properties"] as Record<string, { description?: string }>,
    )) {
      expect(property.description).toMatch(/\w/);
    }
  }
});

test("a result that is too long is cut, and all of it is in a file that it names", async () => {
  await using context = await toolContext();
  const long = `${"word ".repeat(60_000)}sesame-123`;
  const tool = { ...allTools[0]!, call: async () => ({ text: long, failed: false }) };
  const { text } = await callTool([tool], { name: tool.name, arguments: "{}" }, context);
  expect(text.length).toBeLessThan(101_000);
  const path = /the whole text is in (\S+) /.exec(text)![1]!;
  // Secrets are masked in the file, too.
  expect(await readFile(path, "utf8")).toBe(long.replace("sesame-123", "***"));
});

test("a call that was malformed from the start is answered with what is wrong with it", async () => {
  await using context = await toolContext();
  const request = { name: "", arguments: "{", malformed: "the call is not JSON" };
  expect(await callTool(allTools, request, context)).toEqual({
    text: "Error: the call is not JSON",
    failed: true,
  });
});
