import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A template that lies with a model; `text` is null where there is none. */
export interface OwnTemplate {
  name: "tokenizer" | "chat_template.jinja";
  text: string | null;
}

/** The chat template of a model in a folder of this machine; null: it is no such model. */
export async function ownTemplate(folder: string): Promise<OwnTemplate | null> {
  const settings = join(folder, "tokenizer_config.json");
  const file = join(folder, "chat_template.jinja");
  if (!existsSync(settings) && !existsSync(file)) return null;
  const inTokenizer = existsSync(settings) ? templateIn(await readFile(settings, "utf8")) : null;
  if (inTokenizer !== null) return { name: "tokenizer", text: inTokenizer };
  const text = existsSync(file) ? await readFile(file, "utf8") : null;
  return { name: "chat_template.jinja", text };
}

/** `chat_template` of a tokenizer's configuration: a text, or a list of named ones. */
function templateIn(text: string): string | null {
  try {
    const { chat_template: template } = JSON.parse(text) as { chat_template?: unknown };
    if (typeof template === "string") return template;
    return Array.isArray(template) ? JSON.stringify(template) : null;
  } catch {
    return null;
  }
}
