import { sha256 } from "@mx/records/key";
import { expect, test } from "vitest";
import { longestName, serverName } from "./server-name.ts";

const digest = sha256("a configuration");

test.for<[string, string]>([
  ["allenai/Olmo-3-7B-Think", "olmo-3-7b-think"],
  ["meta-llama/Llama-3.1-8B-Instruct", "llama-3-1-8b-instruct"],
  ["/models/Tiny_Model..v2-", "tiny-model-v2"],
  ["Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", "qwen3-235b-a22b-instruct-2507-fp8"],
  ["模型", "server"],
])("%s is %s", ([label, slug]) => {
  const name = serverName(label, digest);
  expect(name.endsWith(digest.slice(0, 8))).toBe(true);
  if (slug.length <= 31) expect(name).toBe(`${slug}-${digest.slice(0, 8)}`);
});

test("a long name keeps its end, where variants differ: the RL-Zero models were one app once", () => {
  const names = ["Code", "Math", "IF", "Mix"].map((task) =>
    serverName(`allenai/A-Very-Long-Family-Name-Olmo-3-7B-RL-Zero-${task}`, digest),
  );
  expect(new Set(names).size).toBe(4);
  for (const name of names) expect(name.length).toBeLessThanOrEqual(longestName);
});

test("any label gives a DNS label of 40 characters at most", () => {
  const signs = "abcXYZ019-_./ :é模\u0000";
  let state = 7;
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
  for (let round = 0; round < 2000; round += 1) {
    const label = Array.from({ length: next(120) }, () => signs[next(signs.length)]).join("");
    const name = serverName(label, sha256(label));
    expect(name, label).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
    expect(name.length, label).toBeLessThanOrEqual(longestName);
    // `{workspace}--{app}-serve` has room for a workspace of 15.
    expect(`${"w".repeat(15)}--${name}-serve`.length).toBeLessThanOrEqual(63);
  }
});
