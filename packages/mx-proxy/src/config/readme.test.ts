import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { providers } from "../upstream/provider.ts";
import { readConfig } from "./read-config.ts";

test("the configuration in the README is one, and names every provider", async () => {
  const readme = await readFile(join(import.meta.dirname, "../../README.md"), "utf8");
  const example = /```yaml\n([^]*?)```/.exec(readme)?.[1] ?? "";
  const folder = await mkdtemp(join(tmpdir(), "mx-readme-"));
  try {
    const path = join(folder, "proxy.yaml");
    await writeFile(path, example);
    await writeFile(join(folder, "azure.key"), "azure-key-12345");
    const env = { OPENAI_API_KEY: "sk-1", MODAL_KEY: "wk-1", MODAL_SECRET: "ws-1" };
    const config = await readConfig(path, env);
    expect(config.upstreams.map(({ name }) => name)).toEqual(["openai", "azure", "qwen"]);
    expect(config.upstreams[2]?.usdPerHour).toBe(1.1);
    expect(config.models[1]?.targets.map(({ order, weight }) => [order, weight])).toEqual([
      [0, 3],
      [0, 1],
      [1, 1],
    ]);
    const text = /Providers are [^]*?:/.exec(readme)?.[0] ?? "";
    for (const name of Object.keys(providers)) expect(text).toContain(`\`${name}\``);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
