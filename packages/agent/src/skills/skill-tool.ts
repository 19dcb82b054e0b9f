import { dirname } from "node:path";
import * as z from "zod";
import { defineTool, type Tool } from "../tools/tool.ts";
import { ToolError } from "../tools/tool-error.ts";
import { readSkillFile } from "./read-skill-file.ts";
import type { Skill } from "./skill.ts";

/** Shows what a skill says. Its text is read when it is asked for, so that skills that nobody loads cost nothing. */
export function skillTool(skills: readonly Skill[]): Tool {
  return defineTool({
    name: "Skill",
    description:
      "Loads a skill: instructions for one kind of work, with the folder that its scripts and other files are in.",
    args: z.object({ name: z.string().min(1).describe("the skill's name, as it is listed") }),
    readOnly: true,
    async run({ name }) {
      const skill = skills.find(({ frontMatter }) => frontMatter.name === name.trim());
      if (skill === undefined) {
        const names = skills.map(({ frontMatter }) => frontMatter.name).join(", ");
        throw new ToolError(`there is no skill ${JSON.stringify(name)}. The skills are: ${names}`);
      }
      const { body } = await readSkillFile(skill.file);
      return `The folder of this skill is ${dirname(skill.file)}; paths in it start there.\n\n${body.trim()}`;
    },
  });
}
