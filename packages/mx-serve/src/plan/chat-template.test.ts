import { sha256 } from "@mx/records/key";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chatTemplate, type TemplateChoice } from "./chat-template.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "mx-template-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const choose = (choice: Partial<TemplateChoice>) =>
  chatTemplate({ hubId: "org/model", own: null, named: null, force: false, ...choice });
const put = (name: string, text: string) => writeFileSync(join(folder, name), text);

test("a forced template holds in place of the model's own", async () => {
  const file = join(folder, "mine.jinja");
  put("mine.jinja", "{{ messages }}");
  expect(await choose({ own: true, named: file, force: true })).toEqual({
    source: "forced",
    name: file,
    sha256: sha256("{{ messages }}"),
    text: "{{ messages }}",
  });
});

test("of a model at the hub, its own is taken, unless it is known to have none", async () => {
  const own = { source: "model", name: "tokenizer", sha256: null, text: null };
  expect(await choose({ own: true, named: "base" })).toEqual(own);
  expect(await choose({ own: null, named: "base" })).toEqual(own);
  expect(await choose({ own: false, named: "base" })).toMatchObject({
    source: "given",
    name: "base",
    text: expect.stringContaining("messages"),
  });
});

test("of a model in a folder: its tokenizer's, then chat_template.jinja, then the named one", async () => {
  const local = { hubId: folder, named: "chatml" };
  put("tokenizer_config.json", "{}");
  expect(await choose(local)).toMatchObject({ source: "given", name: "chatml" });
  put("chat_template.jinja", "from a file");
  expect(await choose(local)).toMatchObject({
    source: "model",
    name: "chat_template.jinja",
    sha256: sha256("from a file"),
    text: null,
  });
  put("tokenizer_config.json", JSON.stringify({ chat_template: "of the tokenizer" }));
  expect(await choose(local)).toMatchObject({
    source: "model",
    name: "tokenizer",
    sha256: sha256("of the tokenizer"),
  });
});

test("none at all is an error, and so is a file that is not there", async () => {
  put("tokenizer_config.json", "{}");
  await expect(choose({ hubId: folder })).rejects.toThrow("has no chat template of its own");
  await expect(choose({ own: false })).rejects.toThrow(
    expect.objectContaining({ exitCode: 2, hint: expect.stringContaining("--chat-template") }),
  );
  await expect(choose({ own: false, named: "none.jinja" })).rejects.toThrow("cannot be read");
});
