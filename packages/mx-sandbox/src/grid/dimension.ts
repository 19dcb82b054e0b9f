import { usageError } from "../usage-error.ts";
import { range, splitList, type ListItem } from "./split-list.ts";

/** One axis of a grid: a name and its values, in their order. */
export interface Dimension {
  name: string;
  values: string[];
}

/** A range of more values than this is a slip of the finger. */
const mostValues = 1_000_000;

/** Reads NAME=VALUE,VALUE,… with ranges such as 1..5. Throws MxError 2 for what is no dimension. */
export function readDimension(text: string): Dimension {
  const [, name, list = ""] = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(text) ?? [];
  const where = `--dim ${JSON.stringify(text)}`;
  const hint = "such as --dim env=airline,retail, --dim trial=1..5, --dim 'note=\"a,b\",c'";
  if (name === undefined) throw usageError(`${where}: expected NAME=VALUE,VALUE,…`, hint);
  try {
    const values = splitList(list).flatMap(expand);
    if (values.includes("")) throw new Error("an empty value");
    const seen = new Set<string>();
    for (const value of values) {
      if (seen.has(value)) throw new Error(`the value ${JSON.stringify(value)} is there twice`);
      seen.add(value);
    }
    return { name, values };
  } catch (error) {
    throw usageError(`${where}: ${(error as Error).message}`, hint);
  }
}

function expand({ text, quoted }: ListItem): string[] {
  const [, first, last] = quoted ? [] : (range.exec(text) ?? []);
  if (first === undefined || last === undefined) return [text];
  const [from, to] = [Number(first), Number(last)];
  if (to < from) throw new Error(`the range ${text} goes down`);
  if (to - from >= mostValues) throw new Error(`the range ${text} is too long`);
  return Array.from({ length: to - from + 1 }, (_, n) => String(from + n));
}
