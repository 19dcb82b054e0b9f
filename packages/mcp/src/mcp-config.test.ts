import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseMcpConfig } from "./mcp-config.ts";
import { readMcpConfig } from "./read-mcp-config.ts";

/** A file with this configuration; deleted when it is disposed of. */
function configFile(config: unknown) {
  const folder = mkdtempSync(join(tmpdir(), "mx-mcp-"));
  const path = join(folder, "mcp.json");
  writeFileSync(path, JSON.stringify(config));
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

const stdio = { disabled: false, type: "stdio", command: "s", args: ["-v"], env: { A: "1" } };

test.for<[string, unknown, unknown]>([
  [
    "the originals' form",
    { a: { type: "stdio", command: "s", args: ["-v"], env: { A: "1" } } },
    stdio,
  ],
  [
    "Claude Code and Cursor",
    { mcpServers: { a: { command: "s", args: ["-v"], env: { A: "1" } } } },
    stdio,
  ],
  [
    "VS Code",
    { inputs: [], servers: { a: { command: "s", args: ["-v"], env: { A: "1" } } } },
    stdio,
  ],
  [
    "http",
    { a: { type: "http", url: "http://h/", headers: { K: "v" } } },
    { disabled: false, type: "http", url: "http://h/", headers: { K: "v" } },
  ],
  [
    "another name for http",
    { a: { type: "streamable-http", url: "http://h/" } },
    { disabled: false, type: "http", url: "http://h/", headers: {} },
  ],
  [
    "sse",
    { a: { type: "sse", url: "http://h/" } },
    { disabled: false, type: "sse", url: "http://h/", headers: {} },
  ],
  ["a URL alone", { a: { url: "http://h/" } }, { disabled: false, url: "http://h/", headers: {} }],
])("%s", ([, config, server]) => {
  expect([...parseMcpConfig(JSON.stringify(config))]).toEqual([["a", server]]);
});

test("a server named servers, and servers that are disabled", () => {
  const config = { servers: { command: "s" }, off: { command: "o", disabled: true } };
  expect([...parseMcpConfig(JSON.stringify(config)).keys()]).toEqual(["servers"]);
});

test.for<[string, string, RegExp]>([
  ["no JSON", "{", /^not JSON/],
  ["a list", "[]", /^top level/],
  ["no server", "{}", /names no server/],
  ["none that is on", '{"a":{"command":"x","disabled":true}}', /all its servers are disabled/],
  ["neither command nor url", '{"a":{"args":[]}}', /^a: needs a command \(stdio\) or a url/],
  [
    "a kind that nobody else can run",
    '{"a":{"type":"sdk","name":"x"}}',
    /^a\b.*(needs a command|type)/,
  ],
  ["a bad argument", '{"a":{"command":"x","args":[1]}}', /^a\.args\.0: /],
  ["a NUL byte", '{"a":{"command":"x\\u0000"}}', /NUL byte/],
])("%s is refused", ([, content, fault]) => {
  expect(() => parseMcpConfig(content)).toThrow(fault);
});

test("variables are put in as other clients do, and those that are secrets are known as such", () => {
  const config = {
    a: {
      command: "${BIN:-node}",
      args: ["${HOME}/x", "${env:PLACE}", "${EMPTY:-full}", "$PLAIN", "${workspaceFolder}"],
      env: { T: "${API_TOKEN}" },
    },
    b: { url: "http://${HOST}/mcp", headers: { Authorization: "Bearer ${API_TOKEN}" } },
  };
  using file = configFile(config);
  const env = { HOME: "/home/me", PLACE: "here", EMPTY: "", API_TOKEN: "tok-12345", HOST: "h:1" };
  const { servers, secrets } = readMcpConfig(file.path, env, "/work");
  expect(servers.get("a")).toMatchObject({
    command: "node",
    args: ["/home/me/x", "here", "full", "$PLAIN", "/work"],
    env: { T: "tok-12345" },
  });
  expect(servers.get("b")).toMatchObject({
    url: "http://h:1/mcp",
    headers: { Authorization: "Bearer tok-12345" },
  });
  expect(new Set(secrets)).toEqual(new Set(["tok-12345", "Bearer tok-12345"]));
});

test("what is written out in the file and named like a secret is one, and so is a key without its scheme", () => {
  const config = {
    a: { command: "x", env: { GITHUB_TOKEN: "ghp-0123456", PLACE: "somewhere", API_KEY: "short" } },
    b: {
      url: "http://me:pass-0123@h/mcp?api_key=k-01234567&page=long-enough",
      headers: { A: "Bearer sk-0123456" },
    },
  };
  using file = configFile(config);
  const { secrets } = readMcpConfig(file.path, {}, null);
  const all = ["ghp-0123456", "pass-0123", "k-01234567", "Bearer sk-0123456", "sk-0123456"];
  expect(new Set(secrets)).toEqual(new Set(all));
});

test.for<[string, unknown, RegExp]>([
  [
    "a variable that is not set",
    { a: { command: "${NOPE}" } },
    /\$\{NOPE\}: the variable is not set/,
  ],
  [
    "a workspace where there is none",
    { a: { command: "x", args: ["${workspaceFolder}"] } },
    /\$\{workspaceFolder\}: a server outside sandboxes has none/,
  ],
  ["a URL that is none", { a: { url: "file:///etc/passwd" } }, /a\.url is no http\(s\) URL/],
])("%s is a usage error that names the file", ([, config, fault]) => {
  using file = configFile(config);
  const wrong = { exitCode: 2, message: expect.stringMatching(fault) };
  expect(() => readMcpConfig(file.path, {}, null)).toThrow(expect.objectContaining(wrong));
});

test("a file that is not there, or none", () => {
  expect(() => readMcpConfig("/none.json", {}, "/")).toThrow(/--mcp-config \/none.json/);
  expect(() => readMcpConfig("/dev/zero", {}, "/")).toThrow(/not a regular file/);
});
