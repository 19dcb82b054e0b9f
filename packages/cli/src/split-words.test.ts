import { expect, test } from "vitest";
import { splitWords } from "./split-words.ts";

test.for<[string, string[]]>([
  ["", []],
  ["  --a  b\n-- sh ", ["--a", "b", "--", "sh"]],
  [`--a 'b "c"' "d 'e'"`, ["--a", `b "c"`, "d 'e'"]],
  [`--a="b c"'d'\\ e`, ["--a=b cd e"]],
  [`"" ''`, ["", ""]],
  [`"a\\"b\\\\ \\n $X" '\\'`, [`a"b\\ \\n $X`, "\\"]],
  ["ä 🐦\\🐦", ["ä", "🐦🐦"]],
])("%j is %j", ([text, words]) => {
  expect(splitWords(text)).toEqual(words);
});

test.for(["'a", 'b "', "a\\"])("%j has no end", (text) => {
  expect(() => splitWords(text)).toThrow(/without its end/);
});
