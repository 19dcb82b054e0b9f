import { expect, test } from "vitest";
import { mcpToolName } from "./tool-name.ts";

const free = () => false;

test("names keep to the characters and the length of model APIs", () => {
  expect(mcpToolName("files", "read_file", free)).toBe("mcp__files__read_file");
  expect(mcpToolName("my files", "read.file/ü", free)).toBe("mcp__my_files__read_file__");
  const long = mcpToolName("s".repeat(200), "t".repeat(200), free);
  expect(long).toMatch(/^mcp__s+_[0-9a-f]{8}$/);
  expect(long).toHaveLength(64);
});

test("names that would be the same are told apart, always in the same way", () => {
  const first = mcpToolName("s", "a.b", free);
  const second = mcpToolName("s", "a/b", (name) => name === first);
  expect(second).toMatch(/^mcp__s__a_b_[0-9a-f]{8}$/);
  expect(mcpToolName("s", "a/b", (name) => name === first)).toBe(second);
  expect(mcpToolName("s", `${"x".repeat(80)}1`, free)).not.toBe(
    mcpToolName("s", `${"x".repeat(80)}2`, free),
  );
});
