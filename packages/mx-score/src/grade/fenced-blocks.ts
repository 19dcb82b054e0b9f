/** A block of Markdown between two lines of back quotes or tildes. */
export interface FencedBlock {
  /** The first word after the opening quotes; empty where there is none. */
  language: string;
  content: string;
}

const opening = /^ {0,12}(`{3,}|~{3,}) {0,4}([\w+-]*)[^`]*$/;
const closing = /^ {0,12}(`{3,}|~{3,})\s*$/;

/** The fenced blocks of a text, in order. One that is not closed ends with the text. */
export function* fencedBlocks(text: string): Generator<FencedBlock> {
  if (!text.includes("```") && !text.includes("~~~")) return;
  let open: { marks: string; language: string; from: number } | null = null;
  for (let at = 0; at <= text.length;) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    // No line that opens or closes a block is longer.
    const line = end - at > 200 ? "" : text.slice(at, end).trimEnd();
    if (open === null) {
      const [, marks, language = ""] = opening.exec(line) ?? [];
      if (marks !== undefined) open = { marks, language, from: end + 1 };
    } else if (closing.exec(line)?.[1]?.startsWith(open.marks) === true) {
      yield { language: open.language, content: text.slice(open.from, at) };
      open = null;
    }
    at = end + 1;
  }
  if (open !== null) yield { language: open.language, content: text.slice(open.from) };
}
