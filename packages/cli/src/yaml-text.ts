import {
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from "yaml";

/** What is wrong with the YAML itself. */
export interface YamlError {
  /** From 1. */
  line: number;
  /** `FILE:LINE:COLUMN` */
  place: string;
  /** Says what it is, and may quote the file. */
  message: string;
  /** The same in small words that quote nothing. */
  kind: string;
}

/** A YAML file that somebody writes by hand, and where in it things are. Loads a parser: import it where it is used. */
export class YamlText {
  readonly path: string;
  readonly errors: readonly YamlError[];
  readonly #document: Document;
  readonly #lines = new LineCounter();

  constructor(path: string, text: string) {
    this.path = path;
    // No excerpts: a value that was pasted into the file is not for the terminal.
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const found = this.#document.errors.map(({ pos: [offset], code, message }) =>
      this.#error(offset, message, code.toLowerCase().replaceAll("_", " ")),
    );
    this.errors = found.length > 0 ? found : this.#aliasErrors();
  }

  /** What it says. */
  get value(): unknown {
    return this.#document.toJS();
  }

  /** The line of the value at a path of names and indices, else of the nearest thing around it. */
  lineOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length > 0; length -= 1) {
      const node = this.#document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range != null) return this.#lines.linePos(node.range[0]).line;
    }
    return 1;
  }

  /** `FILE:LINE:COLUMN` of the key that a path ends in, where it has one, else of the nearest thing around it. */
  placeOf(path: readonly PropertyKey[]): string {
    return this.#place(this.#keyOffset(path));
  }

  #error(offset: number, message: string, kind: string): YamlError {
    const { line } = this.#lines.linePos(offset);
    return { line, place: this.#place(offset), message, kind };
  }

  /** The parser takes an alias of what is not there, and very many of them; they show when the values are wanted. */
  #aliasErrors(): YamlError[] {
    try {
      this.#document.toJS();
      return [];
    } catch (error) {
      let offset = 0;
      visit(this.#document, {
        Alias: (_, alias) => {
          if (alias.resolve(this.#document) !== undefined) return undefined;
          offset = alias.range?.[0] ?? 0;
          return visit.BREAK;
        },
      });
      return [this.#error(offset, (error as Error).message, "bad alias")];
    }
  }

  #keyOffset(path: readonly PropertyKey[]): number {
    for (let length = path.length; length > 0; length -= 1) {
      const parent: unknown = this.#document.getIn(path.slice(0, length - 1), true);
      const last = String(path[length - 1]);
      const pair = isMap(parent)
        ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === last)
        : undefined;
      if (isPair(pair) && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
    }
    return this.#document.contents?.range?.[0] ?? 0;
  }

  #place(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.path}:${line}:${col}`;
  }
}
