import { execFile } from "node:child_process";
import { mkdir, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { folderOf } from "../testing/run-to-end.ts";
import { findSkills } from "./find-skills.ts";

const skill = (name: string, more = "") =>
  `---\nname: ${name}\ndescription: Does ${name}.\n${more}---\nDo it.\n`;

/** What is wrong with a folder of these files; `change` makes what is no plain file. */
async function faultOf(
  files: Record<string, string | Buffer>,
  change: (path: string) => Promise<unknown> = async () => {},
): Promise<string> {
  await using folder = await folderOf({ "good/SKILL.md": skill("good"), ...files });
  await change(folder.path);
  return await findSkills([folder.path]).then(
    (found) => `no fault, ${found.length} skills`,
    (error: Error) => error.message.replaceAll(folder.path, "DIR"),
  );
}

test("finds skills in both places, with all of their front matter", async () => {
  await using folder = await folderOf({
    "b/SKILL.md": skill("b", "license: MIT\nmetadata: { level: 3 }\n"),
    ".claude/skills/a/SKILL.md": skill("a").replaceAll("\n", "\r\n"),
    "notes/README.md": "no skill",
    "file.txt": "no folder",
  });
  const found = await findSkills([folder.path]);
  expect(found.map(({ frontMatter }) => frontMatter)).toEqual([
    { name: "a", description: "Does a." },
    { name: "b", description: "Does b.", license: "MIT", metadata: { level: 3 } },
  ]);
});

test("a skill that is linked within its folder is one skill", async () => {
  await using folder = await folderOf({ "a/SKILL.md": skill("a") });
  await mkdir(join(folder.path, ".claude/skills"), { recursive: true });
  await symlink("../../a", join(folder.path, ".claude/skills/a"));
  expect(await findSkills([folder.path])).toHaveLength(1);
});

test.for<[string, Record<string, string | Buffer>, RegExp]>([
  ["no front matter", { "x/SKILL.md": "Do it." }, /DIR\/x\/SKILL.md has no front matter/],
  ["an empty file", { "x/SKILL.md": "" }, /no front matter/],
  ["front matter without an end", { "x/SKILL.md": "---\nname: x\n" }, /no front matter/],
  ["no description", { "x/SKILL.md": "---\nname: x\n---\n" }, /front matter: description/],
  [
    "a name of two lines",
    { "x/SKILL.md": '---\nname: "a\\nb"\ndescription: d\n---\n' },
    /one line/,
  ],
  ["broken YAML", { "x/SKILL.md": "---\nname: [\n---\n" }, /not YAML/],
  ["YAML that is a list", { "x/SKILL.md": "---\n- a\n---\n" }, /front matter: all/],
  [
    "YAML that grows without end",
    {
      "x/SKILL.md": `---\na: &a [x,x,x,x,x,x,x,x,x]\n${Array.from("bcdefghij")
        .map(
          (name, index) =>
            `${name}: &${name} [${Array(9).fill(`*${"abcdefghij"[index]}`).join(",")}]`,
        )
        .join("\n")}\n---\n`,
    },
    /not YAML: Excessive alias count/,
  ],
  ["YAML that is deep", { "x/SKILL.md": `---\na: ${"[".repeat(60_000)}\n---\n` }, /not YAML/],
  ["a huge head", { "x/SKILL.md": `---\n#${"x".repeat(100_000)}\n---\n` }, /over 65536 characters/],
  ["a huge file", { "x/SKILL.md": `${skill("x")}${"x".repeat(1_100_000)}` }, /over 1048576 bytes/],
  ["a binary file", { "x/SKILL.md": Buffer.from([1, 0, 2]) }, /is a binary file/],
  [
    "bytes that are no text",
    { "x/SKILL.md": Buffer.from("---\nname: \xff\n---\n", "latin1") },
    /not UTF-8/,
  ],
  [
    "a name twice",
    { "x/SKILL.md": skill("good") },
    /two skills are named "good": DIR\/good.*DIR\/x/,
  ],
])("%s", async ([, files, fault]) => {
  expect(await faultOf(files)).toMatch(fault);
});

test.for<[string, (path: string) => Promise<unknown>, RegExp]>([
  ["a pipe", (path) => promisify(execFile)("mkfifo", [`${path}/x/SKILL.md`]), /not a regular file/],
  ["a link to a device", (path) => symlink("/dev/zero", `${path}/x/SKILL.md`), /leads out of/],
  [
    "a link out",
    (path) => symlink("/etc/hostname", `${path}/x/SKILL.md`),
    /leads out of.*hostname/,
  ],
  ["a link to nowhere", (path) => symlink("nowhere", `${path}/x/SKILL.md`), /ENOENT/],
  ["a link in a circle", (path) => symlink("SKILL.md", `${path}/x/SKILL.md`), /ELOOP/],
  ["a folder", (path) => mkdir(`${path}/x/SKILL.md`), /is a directory/],
])("%s in place of SKILL.md", async ([, make, fault]) => {
  const change = async (path: string) => {
    await mkdir(`${path}/x`);
    await make(path);
  };
  expect(await faultOf({}, change)).toMatch(fault);
});

test("a skill whose folder is a link out", async () => {
  await using other = await folderOf({ "SKILL.md": skill("other") });
  expect(await faultOf({}, (path) => symlink(other.path, `${path}/x`))).toMatch(/leads out of/);
});

test("a folder without skills, and none at all", async () => {
  const empty = (path: string) => rename(`${path}/good/SKILL.md`, `${path}/good/skill.txt`);
  expect(await faultOf({}, empty)).toMatch(/has no skill/);
  await expect(findSkills(["/no/such/folder"])).rejects.toThrow(/does not exist/);
  expect(await findSkills([])).toEqual([]);
});
