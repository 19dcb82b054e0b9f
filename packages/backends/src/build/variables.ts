import { posix } from "node:path";

/** Variables of a build by name. */
export type Variables = Readonly<Record<string, string>>;

/**
 * A text of an instruction with its variables filled in, as a builder does it: $NAME, ${NAME}, ${NAME:-word} and
 * ${NAME:+word}; a backslash keeps a dollar sign. One that is not set is empty.
 */
export function fillIn(text: string, variables: Variables): string {
  const valueOf = (name: string) => (Object.hasOwn(variables, name) ? variables[name]! : "");
  return text.replaceAll(
    /\\\$|\$(\w+)|\$\{(\w+)(?::([-+])([^}]*))?\}/g,
    (whole, plain?: string, braced?: string, how?: string, word?: string) => {
      if (whole === "\\$") return "$";
      const value = valueOf(plain ?? braced ?? "");
      if (how === "-") return value === "" ? fillIn(word ?? "", variables) : value;
      if (how === "+") return value === "" ? "" : fillIn(word ?? "", variables);
      return value;
    },
  );
}

/** The folder that a WORKDIR leads to from the one before it. */
export function nextWorkdir(workdir: string, text: string, variables: Variables): string {
  return posix.resolve(workdir, fillIn(text.replaceAll('"', ""), variables));
}

/** What ENV or ARG sets: `NAME=value` pairs with quotes as needed, or the old form `NAME the rest of the line`. */
export function settings(
  how: "ENV" | "ARG",
  text: string,
  variables: Variables,
): Record<string, string> {
  const old = /^(\w+)\s+([^]+)$/.exec(text);
  if (old !== null && how === "ENV") return { [old[1]!]: fillIn(old[2]!.trim(), variables) };
  const found: Record<string, string> = {};
  const pair = /([^\s=]+)(?:=((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])*))?/gs;
  for (const [, name = "", value] of text.matchAll(pair)) {
    // An ARG without a value has the one that it has had before.
    if (value !== undefined) found[name] = unquote(value, variables);
  }
  return found;
}

function unquote(value: string, variables: Variables): string {
  const part = /"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:\\.|[^"'\\])+)/gs;
  return [...value.matchAll(part)]
    .map(([, double, single, plain]) => {
      if (single !== undefined) return single;
      return fillIn((double ?? plain ?? "").replaceAll(/\\([^$])/g, "$1"), variables);
    })
    .join("");
}
