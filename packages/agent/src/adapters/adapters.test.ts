import { describe, expect, test } from "vitest";
import { parseMcpConfig } from "@mx/mcp";
import { adapterFieldNames } from "./adapter-fields.ts";
import { fillCommand, fillJson, fillTemplate } from "./fill-template.ts";
import { mcpForm } from "./mcp-form.ts";
import { adapterNames, parseAdapter, readAdapter } from "./read-adapter.ts";

const names = adapterFieldNames;

describe("those that come with mx", () => {
  test.for(adapterNames())("%s is in order, and has the name of its file", (name) => {
    const { adapter, digest } = readAdapter(name);
    expect(adapter.name).toBe(name);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test("all of them are there", () => {
    expect(adapterNames()).toEqual([
      "aider",
      "claude-code",
      "codex",
      "gemini-cli",
      "goat-eval",
      "mini-swe-agent",
      "mx-agent",
      "opencode",
    ]);
  });

  test("gemini-cli took a prompt that begins with a hyphen for flags", () => {
    const { adapter } = readAdapter("gemini-cli");
    const fields = { install: "/i", node: "/n", model: "m", prompt: "- fix it\n--help" };
    expect(fillCommand(adapter.command, fields, names).slice(-1)).toEqual([
      "--prompt=- fix it\n--help",
    ]);
  });

  test("goat-eval is called with its own flags, and its exit status 0 says nothing", () => {
    const { adapter } = readAdapter("goat-eval");
    const fields = { agent: "/mx/bin/goat-eval", prompt: "do {it}", max_turns: "7" };
    expect(fillCommand(adapter.command, fields, names)).toEqual([
      "/mx/bin/goat-eval",
      "-prompt",
      "do {it}",
      "-max-turns",
      "7",
    ]);
    expect(adapter.zero_on_failure).toBe(true);
  });
});

test("comments and the order of members are not part of what an adapter is", () => {
  const one = parseAdapter(
    "name: a\ninstall: { nothing: true }\napi: messages\ncommand: [x]\nturn_limit: false\ntrajectory: null",
  );
  const other = parseAdapter(
    "# mine\ntrajectory: null\nturn_limit: false\ncommand:\n  - x\napi: messages\ninstall:\n  nothing: true\nname: a",
  );
  expect(other).toEqual(one);
});

test("a group of words is left out where one of them is not known", () => {
  const command = ["run", ["--model", "x/{model}"], ["--seed", "{seed}"], "{env:HOME} {prompt}"];
  expect(fillCommand(command, { model: "m", prompt: "{seed}" }, names)).toEqual([
    "run",
    "--model",
    "x/m",
    "{env:HOME} {seed}",
  ]);
});

test("a value in quotes is a string of JSON and of TOML, whatever is in it", () => {
  expect(fillTemplate("m = {json:model}", { model: 'a"b\\\nü' }, names)).toBe(
    'm = "a\\"b\\\\\\nü"',
  );
  expect(fillTemplate("{api_key}", {}, names)).toBeNull();
});

test("members of a JSON file that are not known are left out, and one can be a whole value", () => {
  const file = {
    a: "{model}",
    b: "{api_key}",
    c: ["{seed}", 1],
    "{model}": { d: null },
    e: "{mcp}",
  };
  const filled = fillJson(file, { model: "m" }, names, { mcp: { vault: 1 } });
  expect(filled).toEqual({ a: "m", c: [1], m: { d: null }, e: { vault: 1 } });
  expect(fillJson(file, { model: "m" }, names, {})).toEqual({ a: "m", c: [1], m: { d: null } });
});

describe("MCP servers", () => {
  const servers = parseMcpConfig(
    JSON.stringify({
      files: { command: "serve", args: ["-v", 'a "b"'], env: { K: "v" }, cwd: "/srv" },
      web: { url: "https://x.test/mcp", headers: { a: "b" } },
      old: { type: "sse", url: "https://x.test/sse" },
    }),
  );
  const inFolder = ["-c", 'cd "$0" && exec "$@"', "/srv", "serve", "-v", 'a "b"'];

  test("for Claude Code", () => {
    expect(mcpForm("mcp_servers", servers)).toEqual({
      files: { type: "stdio", command: "sh", args: inFolder, env: { K: "v" } },
      web: { type: "http", url: "https://x.test/mcp", headers: { a: "b" } },
      old: { type: "sse", url: "https://x.test/sse", headers: {} },
    });
  });

  test("for Gemini CLI", () => {
    expect(mcpForm("gemini", servers)).toMatchObject({
      files: { command: "sh", trust: true },
      web: { httpUrl: "https://x.test/mcp" },
      old: { url: "https://x.test/sse" },
    });
  });

  test("for OpenCode", () => {
    expect(mcpForm("opencode", servers)).toMatchObject({
      files: { type: "local", command: ["sh", ...inFolder], environment: { K: "v" } },
      web: { type: "remote", url: "https://x.test/mcp" },
    });
  });

  test("for Codex", () => {
    const args = JSON.stringify(inFolder);
    expect(mcpForm("codex", servers)).toContain(
      `[mcp_servers."files"]\ncommand = "sh"\nargs = ${args}\nenv = { "K" = "v" }\n`,
    );
    expect(mcpForm("codex", servers)).toContain(
      'url = "https://x.test/mcp"\nhttp_headers = { "a" = "b" }\nrequired = true\nstartup_timeout_sec = 60\n',
    );
  });
});
