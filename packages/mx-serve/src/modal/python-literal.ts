/** What a generated Python file can hold as data. */
export type PythonValue =
  | null
  | boolean
  | number
  | string
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

/** Nothing longer is put on one line. */
const width = 100;
/** What an editor would hide, or show in another order than it is. */
const unseen = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * A value as a Python expression that gives it back, whatever is in it; `indent` is that of the line that it begins on.
 * Throws RangeError for a number that is none.
 */
export function pythonLiteral(value: PythonValue, indent = 0): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return numberLiteral(value);
  if (typeof value === "string") return textLiteral(value, indent);
  const isList = isArray(value);
  const items = isList
    ? value.map((item) => ["", item] as const)
    : Object.entries(value).map(([key, item]) => [`${stringLiteral(key)}: `, item] as const);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  const flat = items.map(([key, item]) => key + pythonLiteral(item, indent));
  const line = open + flat.join(", ") + close;
  if (line.length + indent <= width && !line.includes("\n") && items.length <= 4) return line;
  const pad = " ".repeat(indent + 4);
  const lines = items.map(([key, item]) => `${pad}${key}${pythonLiteral(item, indent + 4)},\n`);
  return `${open}\n${lines.join("")}${" ".repeat(indent)}${close}`;
}

function isArray(value: object): value is readonly PythonValue[] {
  return Array.isArray(value);
}

function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no number for a file`);
  return Object.is(value, -0) ? "-0.0" : String(value);
}

/** Every string of JSON is one of Python, with the same meaning. */
function stringLiteral(text: string): string {
  const escape = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replaceAll(unseen, escape);
}

/** A text of several lines has as many in the file. */
function textLiteral(text: string, indent: number): string {
  const lines = text.split(/(?<=\n)/);
  if (lines.length < 2) return stringLiteral(text);
  const pad = " ".repeat(indent + 4);
  const quoted = lines.map((line) => `${pad}${stringLiteral(line)}\n`);
  return `(\n${quoted.join("")}${" ".repeat(indent)})`;
}
