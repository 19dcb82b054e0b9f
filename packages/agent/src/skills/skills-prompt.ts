import type { Skill } from "./skill.ts";

/** What the model is told about its skills before it loads any. */
export function skillsPrompt(skills: readonly Skill[]): string {
  const lines = skills.map(
    ({ frontMatter: { name, description } }) => `- ${name}: ${description.replace(/\s+/g, " ")}`,
  );
  return [
    "Skills are instructions for one kind of work each, with scripts and other files. Before you do work that a",
    "skill is for, load it with the Skill tool and follow it. The skills are:",
    ...lines,
  ].join("\n");
}
