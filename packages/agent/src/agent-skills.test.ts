import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundledAgent } from "./testing/bundled-agent.ts";
import { says } from "./testing/model-server.ts";
import { folderOf, runToEnd } from "./testing/run-to-end.ts";

let bundle: Awaited<ReturnType<typeof bundledAgent>>;
beforeAll(async () => {
  bundle = await bundledAgent();
});
afterAll(() => bundle?.[Symbol.asyncDispose]());

const files = {
  ".claude/skills/sums/SKILL.md":
    "---\nname: sums\ndescription: Adds numbers.\nlicense: MIT\n---\nRun `sh scripts/add.sh A B`.\n",
  ".claude/skills/sums/scripts/add.sh": 'echo "the sum is $(($1 + $2))"\n',
  "poems/SKILL.md": "---\nname: poems\ndescription: >\n  Writes\n  poems.\n---\nRhyme.\n",
};

test("the prompt lists skills; one is loaded when it is wanted, and its scripts run by their path", async () => {
  await using folder = await folderOf(files);
  const sums = join(folder.path, ".claude/skills/sums");
  const { exitCode, asked, trajectory } = await runToEnd(
    bundle.file,
    [
      says({
        calls: [
          ["Skill", { name: "sums" }],
          ["Skill", { name: "nope" }],
        ],
      }),
      says({ calls: [["Bash", { command: `sh ${sums}/scripts/add.sh 2 40` }]] }),
      says("42"),
    ],
    ["add", "--skills-dir", folder.path],
  );
  expect(exitCode).toBe(0);
  const [system] = asked[0]!.body.messages;
  expect(system.content).toMatch(/\n- sums: Adds numbers\.\n- poems: Writes poems\.$/);
  expect(system.content).not.toContain("Rhyme");
  const results = asked[2]!.body.messages.filter(({ role }: { role: string }) => role === "tool");
  expect(results.map(({ content }: { content: string }) => content)).toEqual([
    `The folder of this skill is ${sums}; paths in it start there.\n\nRun \`sh scripts/add.sh A B\`.`,
    'Error: there is no skill "nope". The skills are: sums, poems',
    "the sum is 42",
  ]);
  expect(trajectory.agent.extra.skills).toMatchObject([
    { name: "sums", license: "MIT", file: `${sums}/SKILL.md` },
    { name: "poems" },
  ]);
});

test("skills join a system prompt that is there already", async () => {
  await using folder = await folderOf(files);
  const messages = join(folder.path, "messages.json");
  await writeFile(
    messages,
    JSON.stringify([
      { role: "system", content: "be brief" },
      { role: "user", content: "hi" },
    ]),
  );
  const args = ["--messages-file", messages, "--skills-dir", folder.path];
  const { asked } = await runToEnd(bundle.file, [says("ok")], args);
  expect(asked[0]!.body.messages).toHaveLength(2);
  expect(asked[0]!.body.messages[0].content).toMatch(/^be brief\n\nSkills are .*\n- poems: /s);
});

test("a skill that is none: 65 before anything is asked, a report that says so, no result", async () => {
  await using folder = await folderOf({ ...files, "bad/SKILL.md": "just text" });
  const args = ["add", "--skills-dir", folder.path];
  const { exitCode, stdout, stderr, report, asked } = await runToEnd(
    bundle.file,
    [says("x")],
    args,
  );
  expect({ exitCode, stdout, asked }).toEqual({ exitCode: 65, stdout: "", asked: [] });
  expect(report).toMatchObject({ outcome: "infra_error", turns: 0, fault: "skills_invalid" });
  expect(report.error).toMatch(/bad\/SKILL.md has no front matter/);
  expect(stderr).toContain("bad/SKILL.md has no front matter");
});

test("a skill that turns into a pipe while the agent works costs one call, not the agent", async () => {
  await using folder = await folderOf(files);
  const file = join(folder.path, "poems/SKILL.md");
  const { exitCode, asked } = await runToEnd(
    bundle.file,
    [
      says({
        calls: [
          ["Bash", { command: `rm ${file} && mkfifo ${file}` }],
          ["Skill", { name: "poems" }],
        ],
      }),
      says("done"),
    ],
    ["go", "--skills-dir", folder.path],
  );
  expect(exitCode).toBe(0);
  expect(asked[1]!.body.messages.at(-1).content).toMatch(/^Error: .*is not a regular file/);
});
