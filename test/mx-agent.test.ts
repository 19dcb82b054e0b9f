import { Trajectory, trajectoryFaults } from "@mx/records";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  everythingServer,
  mcpPackages,
  mcpPackagesMs,
  type McpPackages,
} from "./support/mcp-packages.ts";
import { start } from "./support/run-bin.ts";

/* mx-agent with a scripted model behind mx-proxy, and MCP servers as they are published. */

let servers: McpPackages | null = null;
beforeAll(async () => {
  servers = await mcpPackages();
}, mcpPackagesMs);

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-agent-test-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

type Call = [name: string, args: Record<string, unknown>];

/** Runs mx-agent on a script that makes the calls of one turn after the other, then says "done". */
async function run(turns: Call[][], args: string[], files: Record<string, string>) {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const lines = turns.map((calls, index) => ({
    task: "t",
    turn: index + 1,
    ...(index === 0 && { prompt: "go" }),
    tool_calls: calls.map(([name, given]) => ({ name, arguments: given })),
  }));
  const script = [
    { model: "scripted" },
    ...lines,
    { task: "t", turn: turns.length + 1, content: "done" },
  ];
  const path = join(folder, "script.ndjson");
  await writeFile(path, script.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const trajectoryFile = join(folder, "trajectory.json");
  const agent = ["mx-agent", "--trajectory", trajectoryFile, ...args, "go"];
  const proxy = ["--script", path, "--", "env", "EVAL_MODEL=scripted", ...agent];
  const { stdout, stderr, exitCode } = await start("mx-proxy", proxy, {}, { cwd: folder });
  const trajectory = Trajectory.parse(JSON.parse(await readFile(trajectoryFile, "utf8")));
  expect(trajectoryFaults(trajectory)).toEqual([]);
  const results = trajectory.steps.flatMap((step) => step.observation?.results ?? []);
  return {
    ended: { stdout: String(stdout), stderr: String(stderr), exitCode },
    results: results.map(({ content, extra }) => [extra?.["failed"] === true, content]),
  };
}

test("a skill, its script, and the file system server over stdio", async ({ skip }) => {
  if (servers === null) return skip("the packages cannot be installed from npm");
  const { ended, results } = await run(
    [
      [["Skill", { name: "totals" }]],
      [["Bash", { command: "sh skills/totals/add.sh data/a data/b" }]],
      [
        ["mcp__files__read_text_file", { path: "data/a" }],
        ["mcp__files__read_text_file", { path: "/etc/passwd" }],
      ],
    ],
    ["--skills-dir", "skills", "--mcp-config", "mcp.json"],
    {
      "skills/totals/SKILL.md": "---\nname: totals\ndescription: Adds files.\n---\nRun add.sh.\n",
      "skills/totals/add.sh": 'echo $(($(cat "$1") + $(cat "$2")))\n',
      "data/a": "40",
      "data/b": "2",
      "mcp.json": JSON.stringify({
        files: {
          type: "stdio",
          command: "node",
          args: [servers.filesystem, "${workspaceFolder}"],
        },
      }),
    },
  );
  expect(ended).toMatchObject({ stdout: "done\n", exitCode: 0 });
  expect(results).toEqual([
    [false, expect.stringMatching(/totals; paths in it start there\.\n\nRun add\.sh\.$/)],
    [false, "42"],
    [false, "40"],
    [true, expect.stringContaining("path outside allowed directories")],
  ]);
});

const everything: Call[] = [
  ["mcp__all__echo", { message: "hi" }],
  ["mcp__all__get-sum", { a: 2, b: 3 }],
  ["mcp__all__get-tiny-image", {}],
  ["mcp__all__trigger-long-running-operation", { duration: 1, steps: 2 }],
];
const answers = [
  [false, "Echo: hi"],
  [false, "The sum of 2 and 3 is 5."],
  [false, expect.stringMatching(/\[image, image\/png, 4033 bytes; saved in .*\.png\]/)],
  [false, expect.stringMatching(/^Long running operation completed/)],
];

test.for(["stdio", "sse", "streamableHttp"] as const)(
  "the server that has everything, over %s",
  async (kind, { skip }) => {
    if (servers === null) return skip("the packages cannot be installed from npm");
    await using server = kind === "stdio" ? null : await everythingServer(servers, kind);
    const all =
      server === null
        ? { command: "node", args: [servers.everything, kind] }
        : { type: kind, url: server.url };
    const files = { "mcp.json": JSON.stringify({ mcpServers: { all } }) };
    const { ended, results } = await run([everything], ["--mcp-config", "mcp.json"], files);
    expect(ended).toMatchObject({ stdout: "done\n", exitCode: 0 });
    expect(results).toEqual(answers);
  },
);
