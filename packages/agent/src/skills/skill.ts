import * as z from "zod";

const printableLine = /^[^\p{Cc}]+$/u;

/**
 * The front matter of a SKILL.md, as the Agent Skills format has it, read with more patience: any name that fits
 * into a line. Other fields are kept as they are.
 */
export const FrontMatter = z.looseObject({
  name: z.string().trim().min(1).max(64).regex(printableLine, "must be one line of text"),
  description: z.string().trim().min(1).max(4096),
});
export type FrontMatter = z.infer<typeof FrontMatter>;

/** Instructions for one kind of work, which the model loads when it needs them. */
export interface Skill {
  frontMatter: FrontMatter;
  /** its SKILL.md; what is beside it belongs to it */
  file: string;
}
