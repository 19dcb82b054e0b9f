import * as z from "zod";
import { ToolError } from "../tools/tool-error.ts";
import { FrontMatter } from "./skill.ts";

const headChars = 64 * 1024;

/** Reads the YAML at the top of a SKILL.md. What is wrong with it is a `ToolError`. */
export async function parseFrontMatter(path: string, head: string): Promise<FrontMatter> {
  if (head.length > headChars) {
    throw new ToolError(`${path}: its front matter is over ${headChars} characters`);
  }
  // Loaded here, because few runs have skills.
  const { parse } = await import("yaml");
  let value: unknown;
  try {
    value = parse(head, { logLevel: "error" });
  } catch (error) {
    const [reason] = String((error as Error).message).split("\n");
    throw new ToolError(`${path}: its front matter is not YAML: ${reason}`);
  }
  const parsed = FrontMatter.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0] as z.core.$ZodIssue;
  throw new ToolError(`${path}: front matter: ${issue.path.join(".") || "all"}: ${issue.message}`);
}
