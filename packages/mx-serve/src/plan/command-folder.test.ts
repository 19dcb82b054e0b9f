import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { commandFolder } from "./command-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "mx-command-"));
writeFileSync(join(folder, "serve.py"), "");
afterAll(() => rmSync(folder, { recursive: true }));

test.for<[words: string[], own: boolean]>([
  [["python3", "serve.py"], true],
  [["./serve.py"], true],
  [["serve", "--app=serve.py"], true],
  // A program without a slash is one of PATH.
  [["serve.py"], false],
  [["python3", join(folder, "serve.py")], false],
  [["python3", "-m", "server"], false],
  [[], false],
])("%j is about the folder that it is given in: %s", ([words, own]) =>
  expect(commandFolder(words, folder)).toBe(own ? folder : null),
);
