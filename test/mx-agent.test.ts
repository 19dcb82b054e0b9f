import { Trajectory, trajectoryFaults } from "@mx/records";
import { execa } from "execa";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { cacheFolder } from "./support/cache-folder.ts";
import { freePort } from "./support/free-port.ts";
import { start } from "./support/run-bin.ts";

/* mx-agent with a scripted model behind mx-proxy, and MCP servers as they are published. */

const packages = [
  "@modelcontextprotocol/server-filesystem@2026.8.31",
  "@modelcontextprotocol/server-everything@2026.8.31",
];
const installMs = 300_000;
let servers: string | null = null;
beforeAll(async () => {
  const folder = join(cacheFolder("npm"), "mcp-servers-2026.8.31");
  if (!existsSync(folder)) {
    // Under a name of its own until it is whole, because others may be at it too.
    const made = await mkdtemp(`${folder}.`);
    const args = ["install", "--no-audit", "--no-fund", "--prefix", made, ...packages];
    const done = await execa("npm", args, { reject: false, timeout: installMs });
    if (done.failed) console.warn(`skipped: cannot install MCP servers: ${done.shortMessage}`);
    else await rename(made, folder).catch(() => {});
    await rm(made, { recursive: true, force: true });
  }
  if (existsSync(folder)) servers = join(folder, "node_modules/@modelcontextprotocol");
}, installMs + 60_000);

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
          args: [join(servers, "server-filesystem/dist/index.js"), "${workspaceFolder}"],
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

async function everythingServer(file: string, kind: string, port: number) {
  const server = execa("node", [file, kind], { env: { PORT: String(port) }, reject: false });
  while (!(await fetch(`http://127.0.0.1:${port}/`).catch(() => null))) await sleep(100);
  return {
    async [Symbol.asyncDispose]() {
      server.kill("SIGKILL");
      await server;
    },
  };
}

test.for([
  { kind: "stdio", path: "" },
  { kind: "sse", path: "/sse" },
  { kind: "streamableHttp", path: "/mcp" },
])("the server that has everything, over $kind", async ({ kind, path }, { skip }) => {
  if (servers === null) return skip("the packages cannot be installed from npm");
  const file = join(servers, "server-everything/dist/index.js");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}${path}`;
  const all = kind === "stdio" ? { command: "node", args: [file, kind] } : { type: kind, url };
  const files = { "mcp.json": JSON.stringify({ mcpServers: { all } }) };
  await using _ = kind === "stdio" ? null : await everythingServer(file, kind, port);
  const { ended, results } = await run([everything], ["--mcp-config", "mcp.json"], files);
  expect(ended).toMatchObject({ stdout: "done\n", exitCode: 0 });
  expect(results).toEqual(answers);
});
