import { expect, test } from "vitest";
import { outputOptions } from "./options.ts";

const utf8 = { LANG: "en_US.UTF-8" };

test.for([
  ["a terminal", utf8, true, 132, { width: 132, colour: true, unicode: true }],
  ["a pipe", utf8, false, undefined, { width: 80, colour: false, unicode: true }],
  ["$COLUMNS", { COLUMNS: "100" }, false, undefined, { width: 100, colour: false, unicode: false }],
  ["the terminal wins", { COLUMNS: "100" }, true, 70, { width: 70, colour: true, unicode: false }],
  ["no width", { COLUMNS: "wide" }, true, 0, { width: 80, colour: true, unicode: false }],
  ["NO_COLOR", { ...utf8, NO_COLOR: "1" }, true, 80, { width: 80, colour: false, unicode: true }],
  [
    "empty NO_COLOR",
    { ...utf8, NO_COLOR: "" },
    true,
    80,
    { width: 80, colour: true, unicode: true },
  ],
  ["a dumb one", { ...utf8, TERM: "dumb" }, true, 80, { width: 80, colour: false, unicode: true }],
  [
    "LC_ALL",
    { ...utf8, LC_ALL: "C" },
    false,
    undefined,
    { width: 80, colour: false, unicode: false },
  ],
  [
    "LC_CTYPE",
    { LC_ALL: "", LC_CTYPE: "de_DE.utf8", LANG: "C" },
    false,
    undefined,
    { width: 80, colour: false, unicode: true },
  ],
] as const)("%s", ([, env, isTerminal, columns, options]) => {
  const { format, ...rest } = outputOptions("table", { env, isTerminal }, columns);
  expect(rest).toEqual(options);
  expect(format).toBe("table");
});
