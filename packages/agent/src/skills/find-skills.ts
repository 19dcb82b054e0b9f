import { lstat, opendir, realpath, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { AgentFault } from "../agent-fault.ts";
import { parseFrontMatter } from "./parse-front-matter.ts";
import { readSkillFile } from "./read-skill-file.ts";
import type { Skill } from "./skill.ts";

const maxEntries = 10_000;
const maxSkills = 500;
const listedChars = 100_000;

/**
 * The skills in the given folders: `<dir>/.claude/skills/<any>/SKILL.md` and `<dir>/<any>/SKILL.md`, sorted by
 * path. Throws an `AgentFault` for anything that is not as it should be: a run without one of its skills would be
 * taken for a run with it.
 */
export async function findSkills(folders: readonly string[]): Promise<Skill[]> {
  const byName = new Map<string, Skill>();
  for (const folder of folders) {
    const files = await skillFiles(resolve(folder));
    if (files.length === 0) {
      throw fault(`${folder} has no skill: neither .claude/skills/*/SKILL.md nor */SKILL.md`);
    }
    for (const file of files) {
      const skill = await readSkill(file);
      const { name } = skill.frontMatter;
      const other = byName.get(name);
      if (other !== undefined && other.file !== file) {
        throw fault(`two skills are named ${JSON.stringify(name)}: ${other.file} and ${file}`);
      }
      byName.set(name, skill);
    }
  }
  const skills = [...byName.values()];
  const chars = skills.reduce((sum, { frontMatter }) => sum + frontMatter.description.length, 0);
  if (skills.length > maxSkills || chars > listedChars) {
    const limits = `${maxSkills} skills and ${listedChars} characters of descriptions`;
    throw fault(`${skills.length} skills with ${chars} characters of descriptions: over ${limits}`);
  }
  return skills;
}

async function readSkill(file: string): Promise<Skill> {
  try {
    const { head } = await readSkillFile(file);
    return { frontMatter: await parseFrontMatter(file, head), file };
  } catch (error) {
    throw fault((error as Error).message);
  }
}

/** Real paths of the SKILL.md files below a folder; links that lead out of it are not followed but refused. */
async function skillFiles(folder: string): Promise<string[]> {
  const root = await realpath(folder).catch(() => {
    throw fault(`${folder} does not exist`);
  });
  const found = new Set<string>();
  for (const parent of [join(root, ".claude", "skills"), root]) {
    for (const name of await namesIn(parent)) {
      const path = join(parent, name, "SKILL.md");
      const real = await realpath(path).catch(async (error: NodeJS.ErrnoException) => {
        const absent = error.code === "ENOENT" || error.code === "ENOTDIR";
        // A link that leads nowhere was meant to be a skill.
        if (absent && (await lstat(path).catch(() => null)) === null) return null;
        throw fault(error.message);
      });
      if (real === null) continue;
      if (!real.startsWith(`${root}${sep}`)) {
        throw fault(`${path} leads out of ${folder}, to ${real}`);
      }
      found.add(real);
    }
  }
  return [...found].sort();
}

async function namesIn(folder: string): Promise<string[]> {
  if (!(await stat(folder).catch(() => null))?.isDirectory()) return [];
  const names: string[] = [];
  for await (const { name } of await opendir(folder)) {
    names.push(name);
    if (names.length > maxEntries) throw fault(`${folder} has over ${maxEntries} entries`);
  }
  return names;
}

function fault(message: string): AgentFault {
  return new AgentFault("skills_invalid", `skills: ${message}`);
}
