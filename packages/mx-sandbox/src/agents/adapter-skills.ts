import type { SandboxFile } from "@mx/backends";

/** The files of skills where an agent looks for them: NAME/SKILL.md below `folder`, wherever they were in theirs. */
export function adapterSkills(folder: string, skills: readonly SandboxFile[][]): SandboxFile[] {
  return skills.flat().map(({ path, bytes, mode }) => ({
    path: `${folder}/${path.replace(/^\.claude\/skills\//, "")}`,
    bytes,
    mode,
  }));
}
