/** Values by the name of their placeholder; what is not there is not known. */
export type Fields = Readonly<Record<string, string | undefined>>;

const placeholder = /\{(json:)?([a-z_]+)\}/g;

/** The placeholders in a text. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(placeholder)].map(([, , name]) => name as string);
}

/**
 * A text with its placeholders filled in: `{name}`, or `{json:name}` for the value in JSON's quotes, which TOML
 * reads too. Null where one of `names` is not known; other braces are left as they are.
 */
export function fillTemplate(
  text: string,
  fields: Fields,
  names: ReadonlySet<string>,
): string | null {
  let known = true;
  const filled = text.replaceAll(placeholder, (whole, quoted: string | undefined, name: string) => {
    if (!names.has(name)) return whole;
    const value = fields[name];
    if (value === undefined) known = false;
    return quoted === undefined ? (value ?? "") : JSON.stringify(value ?? "");
  });
  return known ? filled : null;
}

/** A command line: words and groups of words, those left out in which something is not known. */
export function fillCommand(
  command: readonly (string | string[])[],
  fields: Fields,
  names: ReadonlySet<string>,
): string[] {
  return command.flatMap((part) => {
    const words = (typeof part === "string" ? [part] : part).map((word) =>
      fillTemplate(word, fields, names),
    );
    return words.every((word) => word !== null) ? words : [];
  });
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * A JSON value with its texts and names filled in; members and items in which something is not known are left out.
 * A text that is nothing but a placeholder of `values` becomes that value.
 */
export function fillJson(
  value: unknown,
  fields: Fields,
  names: ReadonlySet<string>,
  values: Readonly<Record<string, unknown>>,
): Json | undefined {
  if (typeof value === "string") {
    const [, whole] = /^\{([a-z_]+)\}$/.exec(value) ?? [];
    if (whole !== undefined && Object.hasOwn(values, whole))
      return values[whole] as Json | undefined;
    return fillTemplate(value, fields, names) ?? undefined;
  }
  if (typeof value !== "object" || value === null) return value as Json;
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const filled = fillJson(item, fields, names, values);
      return filled === undefined ? [] : [filled];
    });
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, Json][] => {
      const filled = fillJson(item, fields, names, values);
      const name = fillTemplate(key, fields, names);
      return filled === undefined || name === null ? [] : [[name, filled]];
    }),
  );
}
