import { sha256 } from "@mx/records/key";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { settingError } from "../config/setting-error.ts";
import type { ChatTemplate } from "../engines/engine.ts";
import { shippedFolder } from "../registry/shipped-folder.ts";
import { ownTemplate } from "./own-template.ts";

export interface TemplateChoice {
  /** Id at the hub, or path of a folder. */
  hubId: string;
  /** Whether the model brings one, as far as the registry knows. */
  own: boolean | null;
  /** Name of a bundled template, or path of a file; null: none was named. */
  named: string | null;
  /** The named one holds in place of the model's own. */
  force: boolean;
}

/**
 * The chat template that will be used: the named one where it is forced; else the model's own, in its tokenizer's
 * configuration or in chat_template.jinja; else the named one. Models at the hub are not looked into: what is not known
 * to be missing is taken to be there. Throws MxError 2 where there is none.
 */
export async function chatTemplate(choice: TemplateChoice): Promise<ChatTemplate> {
  const { named, force } = choice;
  if (force && named === null) {
    throw settingError(
      "a chat template is to be forced, and none is named",
      "name one: --chat-template NAME|FILE",
    );
  }
  if (force) return read(named as string, "forced");
  const local = await ownTemplate(choice.hubId);
  if (local !== null) {
    if (local.text !== null) {
      return { source: "model", name: local.name, sha256: sha256(local.text), text: null };
    }
  } else if (choice.own !== false) {
    return { source: "model", name: "tokenizer", sha256: null, text: null };
  }
  if (named !== null) return read(named, "given");
  throw settingError(
    `${choice.hubId} has no chat template of its own`,
    "name one: --chat-template base, chatml, or a file of yours",
  );
}

async function read(name: string, source: "forced" | "given"): Promise<ChatTemplate> {
  const bundled = join(shippedFolder(), "templates", `${name}.jinja`);
  const path = /^[\w-]+$/.test(name) && existsSync(bundled) ? bundled : name;
  try {
    const text = await readFile(path, "utf8");
    return { source, name, sha256: sha256(text), text };
  } catch (error) {
    throw settingError(
      `chat template ${name} cannot be read: ${(error as Error).message}`,
      "--chat-template takes base, chatml, or the path of a file",
      error,
    );
  }
}
