import type { RunContext } from "@mx/cli";

/** What people can have in place of records. */
export const outputFormats = ["table", "markdown", "csv", "json"] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** How output for people looks. `width` and `colour` are for tables alone; so is `unicode`, true by default. */
export interface OutputOptions {
  format: OutputFormat;
  /** Columns of the terminal. */
  width: number;
  /** True: ANSI colours. */
  colour: boolean;
  /** False: nothing but ASCII; what has no spelling in it becomes a question mark. */
  unicode?: boolean;
}

const defaultWidth = 80;

/**
 * Options from the surroundings. Width: that of the terminal, else $COLUMNS, else 80. Colour: on a terminal that is
 * not `dumb`, unless NO_COLOR is set to anything (no-color.org). Unicode: where the locale (LC_ALL, else LC_CTYPE,
 * else LANG) is a UTF-8 one.
 */
export function outputOptions(
  format: OutputFormat,
  { env, isTerminal }: Pick<RunContext, "env" | "isTerminal">,
  columns?: number,
): OutputOptions {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((name) => (name ?? "") !== "");
  return {
    format,
    width: [columns, Number(env["COLUMNS"])].find(isWidth) ?? defaultWidth,
    colour: isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb",
    unicode: /utf-?8/i.test(locale ?? ""),
  };
}

function isWidth(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && (value ?? 0) > 0;
}
