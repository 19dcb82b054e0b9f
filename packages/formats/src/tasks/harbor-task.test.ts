import { Task } from "@mx/records";
import { describe, expect, test } from "vitest";
import type { TaskFolder } from "./found-task.ts";
import { harborTask } from "./harbor-task.ts";

const good = {
  "task.toml": "[agent]\ntimeout_sec = 1.5\n",
  "instruction.md": "Do it.\n",
  "environment/Dockerfile": "FROM debian\n",
  "tests/test.sh": "true\n",
};
/** A folder of these files; one that is null is not there. */
function folder(files: Record<string, string | Buffer | null>): TaskFolder {
  const all = Object.entries({ ...good, ...files }).flatMap(([path, text]) =>
    text === null ? [] : [{ path, bytes: Buffer.from(text), mode: 0o644 }],
  );
  return { name: "one", path: "tasks/one", files: all };
}
const read = (toml: string, files: Record<string, string | Buffer | null> = {}) =>
  harborTask(folder({ "task.toml": toml, ...files }));

test("a whole folder is a task, with its files in it", () => {
  const { task, notes, network } = harborTask(
    folder({
      "task.toml": `schema_version = "1.4"
[task]
name = "org/one"
keywords = ["k"]
[metadata]
tags = ["t", "k"]
difficulty = "hard"
[verifier]
timeout_sec = 2
env = { A = "x", N = 3 }
[environment]
cpus = 2
memory = "1.5G"
storage_mb = 100
gpus = 1
workdir = "/work"
allow_internet = true
env = { B = "\${MISSING:-word}" }
[solution.env]
Q = "it's"
`,
      "environment/data/x.bin": Buffer.from([0xff, 0]),
      "tests/helper.py": "pass\n",
      "solution/solve.sh": "true\n",
      "solution/patch": "p\n",
    }),
  );
  expect(Task.parse(task)).toEqual({
    type: "task",
    version: 1,
    id: "org/one",
    prompt: "Do it.\n",
    build: { dockerfile: "FROM debian\n", files: { "data/x.bin": { base64: "/wA=" } } },
    workdir: "/work",
    env: { B: "word" },
    resources: { cpus: 2, gpus: 1, memory_mib: 1536, disk_mib: 100 },
    checks: [
      {
        kind: "verifier",
        name: "tests",
        command: "/tests/test.sh",
        files: { "test.sh": { text: "true\n", executable: true }, "helper.py": "pass\n" },
        files_path: "/tests",
        output_path: "/logs/verifier",
        env: { A: "x", N: "3" },
        timeout_ms: 2000,
      },
    ],
    solution: {
      files: {
        "/solution/solve.sh": { text: "true\n", executable: true },
        "/solution/patch": "p\n",
      },
      command: "export Q='it'\\''s'\n/solution/solve.sh",
    },
    tags: ["t", "k"],
    meta: { difficulty: "hard", harbor: { schema_version: "1.4", network: "public" } },
  });
  expect(network).toBe("public");
  expect(notes).toEqual(["$MISSING of the host is not looked at: its default is used"]);
});

test("what is not known is kept in meta, and said", () => {
  const { task, notes } = read(
    "extra = 1\n[environment]\nnew_key = [1]\n[verifier]\nother = 2026-01-02T03:04:05Z\n[table]\nx = 1\n",
  );
  expect(notes).toEqual([
    "not known and kept in meta: environment.new_key, extra, table, verifier.other",
  ]);
  expect(task.meta).toEqual({
    harbor: {
      schema_version: null,
      extra: 1,
      table: { x: 1 },
      "environment.new_key": [1],
      "verifier.other": "2026-01-02T03:04:05.000Z",
    },
  });
});

test.for<[string, string, string]>([
  ["mcp_servers", '[[environment.mcp_servers]]\nname = "x"', "its MCP servers are not started"],
  ["skills", '[environment]\nskills_dir = "/s"', "its skills are not given"],
  ["healthcheck", '[environment.healthcheck]\ncommand = "x"', "its health check is not run"],
  ["users", '[agent]\nuser = "app"', 'the agent does not run as "app"'],
  ["allowlist", '[environment]\nnetwork_mode = "allowlist"\nallowed_hosts = ["a.org"]', "(a.org)"],
  ["artifacts", 'artifacts = ["/app/x"]', "its artifacts are not collected"],
  ["phases", '[verifier]\nnetwork_mode = "public"', "agent and verifier have one network"],
])("%s: a note says what is not honoured", ([, toml, note]) => {
  expect(read(toml).notes.join("\n")).toContain(note);
});

describe("what cannot be run says where, and why", () => {
  test.for<[string, string, string]>([
    ["not TOML", "[agent]\nx = = 1", "tasks/one/task.toml:2: not TOML"],
    [
      "a wrong type",
      '[agent]\n\ntimeout_sec = "x"',
      "tasks/one/task.toml:3: agent.timeout_sec: expected a number",
    ],
    [
      "a wrong size",
      '[environment]\nmemory = "2X"',
      "task.toml:2: environment.memory: expected a size",
    ],
    ["no table", "agent = 1", "task.toml:1: agent: expected a table"],
    [
      "steps",
      '[[steps]]\nname = "a"',
      "task.toml:1: steps: mx does not run tasks of several steps",
    ],
    ["Windows", '[environment]\nos = "windows"', "task.toml:2: environment.os"],
    [
      "another sandbox",
      '[verifier]\nenvironment_mode = "separate"',
      "task.toml:2: verifier.environment_mode",
    ],
    [
      "its own image",
      '[verifier.environment]\ndocker_image = "x"',
      "task.toml:1: verifier.environment",
    ],
    ["secrets", '[environment.env]\nK = "${K}"', "needs $K of the host"],
    ["a relative workdir", '[environment]\nworkdir = "x"', "expected an absolute path"],
    ["collect", '[[verifier.collect]]\ncommand = "x"', "verifier.collect"],
    ["a network of no kind", '[environment]\nnetwork_mode = "x"', "environment.network_mode"],
  ])("%s", ([, toml, message]) => {
    expect(() => read(toml)).toThrow(message);
  });

  test.for<[string, Record<string, string | Buffer | null>, string]>([
    ["no instruction", { "instruction.md": null }, "instruction.md: it is not there"],
    ["an empty one", { "instruction.md": " \n" }, "instruction.md: it is empty"],
    ["not UTF-8", { "instruction.md": Buffer.from([0xff]) }, "instruction.md: it is not UTF-8"],
    ["no tests", { "tests/test.sh": null }, "tests/test.sh: it is not there"],
    ["no image", { "environment/Dockerfile": null }, "environment: there is no Dockerfile"],
    [
      "services",
      {
        "environment/docker-compose.yaml":
          "services:\n  main:\n    build: .\n  db:\n    image: x\n",
      },
      "docker-compose.yaml: mx runs one container, and not 2 services (main, db)",
    ],
    ["Terminal-Bench 1", { "task.toml": null, "task.yaml": "x: 1" }, "Terminal-Bench 1"],
  ])("%s", ([, files, message]) => {
    expect(() => harborTask(folder(files))).toThrow(message);
  });
});

test("one service is its image, and what else it says is noted", () => {
  const compose = "services:\n  main:\n    build: .\n    ports:\n      - 80:80\n    # x\n";
  const { task, notes } = read("", { "environment/docker-compose.yaml": compose });
  expect(notes).toEqual(["environment/docker-compose.yaml is not honoured: ports"]);
  expect(task.build).toEqual({ dockerfile: "FROM debian\n" });
});

test("an image by name needs no Dockerfile", () => {
  const toml = '[environment]\ndocker_image = "ghcr.io/x/y:1"';
  expect(read(toml, { "environment/Dockerfile": null }).task).toMatchObject({
    image: "ghcr.io/x/y:1",
  });
});
