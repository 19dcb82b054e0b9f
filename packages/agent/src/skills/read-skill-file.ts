import { openRegularFile } from "../tools/open-regular-file.ts";
import { isBinary } from "../tools/is-binary.ts";
import { ToolError } from "../tools/tool-error.ts";

const fileBytes = 1024 * 1024;
const fence = /^---[ \t]*\r?\n([^]*?)(?:^|\r?\n)---[ \t]*(?:\r?\n|$)/;

/** A SKILL.md in its two parts. */
export interface SkillText {
  /** YAML */
  head: string;
  body: string;
}

/**
 * Reads a SKILL.md of at most 1 MiB. Whatever is wrong with it is a `ToolError`; pipes and devices are refused, not
 * waited for.
 */
export async function readSkillFile(path: string): Promise<SkillText> {
  const { file, stats } = await openRegularFile(path, "read");
  let bytes: Buffer;
  try {
    if (stats.size > fileBytes) throw tooLarge(path);
    // Not by its size, which files of the kernel and files that grow do not keep to.
    const buffer = Buffer.alloc(fileBytes + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < buffer.length; length += read) {
      read = (await file.read(buffer, length, buffer.length - length)).bytesRead;
    }
    if (length > fileBytes) throw tooLarge(path);
    bytes = buffer.subarray(0, length);
  } finally {
    await file.close();
  }
  if (isBinary(bytes)) throw new ToolError(`${path} is a binary file`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ToolError(`${path} is not UTF-8`);
  }
  const match = fence.exec(text);
  if (match === null) {
    throw new ToolError(`${path} has no front matter: it must begin with "---", YAML, and "---"`);
  }
  return { head: match[1]!, body: text.slice(match[0].length) };
}

function tooLarge(path: string): ToolError {
  return new ToolError(`${path} is over ${fileBytes} bytes`);
}
