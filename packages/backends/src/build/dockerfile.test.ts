import { expect, test } from "vitest";
import { parseDockerfile } from "./dockerfile.ts";

const brief = (text: string) =>
  parseDockerfile(text).map(({ line, name, text: rest }) => [line, name, rest]);

test("continued lines, comments in between, and blank lines", () => {
  const text = `# syntax=docker/dockerfile:1\r\n\r\nfrom debian\nRUN a \\\n  # why\n\n  && b \\\n  && c\nCMD x`;
  expect(brief(text)).toEqual([
    [3, "FROM", "debian"],
    [4, "RUN", "a   && b   && c"],
    [9, "CMD", "x"],
  ]);
});

test("another escape, and a line that ends with a backslash then", () => {
  expect(brief("# escape=`\nFROM debian\nRUN dir C:\\\nRUN a `\n  b")).toEqual([
    [2, "FROM", "debian"],
    [3, "RUN", "dir C:\\"],
    [4, "RUN", "a   b"],
  ]);
});

test("here-documents, two on one line, with and without variables", () => {
  const text = `FROM debian\nCOPY <<a <<-"b" /x/\none\na\n\ttwo $X\n\tb\nRUN true\n`;
  const [, copy, run] = parseDockerfile(text);
  expect(copy?.heredocs).toEqual([
    { name: "a", text: "one\n", expands: true },
    { name: "b", text: "two $X\n", expands: false },
  ]);
  expect(run).toMatchObject({ line: 7, name: "RUN" });
});

test("flags and the JSON form", () => {
  const text = `ARG V=1\nFROM debian\nCOPY --from=build --chown="a:b" --link ["a b", "/c"]`;
  expect(parseDockerfile(text)[2]).toMatchObject({
    flags: { from: "build", chown: "a:b", link: true },
    json: ["a b", "/c"],
  });
});

test.for<[string, string]>([
  ["", "Dockerfile:1: a Dockerfile begins with FROM"],
  ["\nRUN x\nFROM y", "Dockerfile:2: a Dockerfile begins with FROM"],
  ["FROM x\nCOPY <<END /a\nno end", "Dockerfile:2: <<END has no end"],
  ["FROM x\n{}", 'Dockerfile:2: "{}" is no instruction'],
])("%j is refused", ([text, message]) => {
  expect(() => parseDockerfile(text)).toThrow(message);
});
