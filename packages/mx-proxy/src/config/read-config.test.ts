import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "./read-config.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-config-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const env = {
  OPENAI_API_KEY: "sk-openai-1234567",
  MODAL_KEY: "wk-modal-123456",
  OTHER: "sk-other-1234567",
};

async function read(text: string, more: NodeJS.ProcessEnv = {}) {
  const path = join(folder, "proxy.yaml");
  await writeFile(path, text);
  return readConfig(path, { ...env, ...more });
}

/** The error's message without the folder. */
async function failure(text: string): Promise<string> {
  const error: unknown = await read(text).catch((cause: unknown) => cause);
  return (error as Error).message.replaceAll(`${folder}/`, "");
}

test("a whole file", async () => {
  await writeFile(join(folder, "vllm.key"), "sk-from-a-file-1\n");
  const config = await read(`
upstreams:
  - name: openai
    limits: { concurrency: 4, requests_per_minute: 60, tokens_per_minute: 1000 }
  - name: vllm
    provider: hosted_vllm
    base_url: http://localhost:8000
    api_key_file: vllm.key
    headers: { X-Team: evals, Modal-Key: { env: MODAL_KEY } }
    models: [org/m]
    usd_per_hour: 4.5
    first_byte_timeout: 30
    breaker: { failures: 2 }
  - name: azure
    provider: azure
    base_url: https://r.openai.azure.com
    api_version: 2024-06-01
    api_key_env: OTHER
models:
  judge: openai/gpt-5
  any: [vllm/org/m, openai]
  best:
    targets:
      - { upstream: azure, model: dep, order: 1, weight: 2 }
      - { upstream: openai, model: gpt-5 }
    strategy: sticky
    fallbacks: [judge]
strategy: least_outstanding
retries: 5
breaker: { failures: 9, cool_down_seconds: 1.5 }
`);
  const [openai, vllm, azure] = config.upstreams;
  expect(openai).toMatchObject({
    name: "openai",
    provider: "openai",
    key: env.OPENAI_API_KEY,
    direct: true,
    models: null,
    limits: { concurrency: 4, requestsPerMinute: 60, tokensPerMinute: 1000 },
    breaker: { failures: 9, coolDownMs: 1500 },
    usdPerHour: null,
    firstByteMs: null,
  });
  expect(openai?.base.href).toBe("https://api.openai.com/v1");
  expect(vllm).toMatchObject({
    key: "sk-from-a-file-1",
    headers: [
      ["x-team", "evals"],
      ["modal-key", env.MODAL_KEY],
    ],
    models: ["org/m"],
    usdPerHour: 4.5,
    firstByteMs: 30_000,
    breaker: { failures: 2, coolDownMs: 1500 },
  });
  expect(vllm?.base.href).toBe("http://localhost:8000/v1");
  expect(azure).toMatchObject({ apiVersion: "2024-06-01", key: env.OTHER });
  expect(config.models).toEqual([
    {
      name: "judge",
      targets: [{ upstream: "openai", model: "gpt-5", order: 0, weight: 1 }],
      strategy: null,
      fallbacks: [],
    },
    {
      name: "any",
      targets: [
        { upstream: "vllm", model: "org/m", order: 0, weight: 1 },
        { upstream: "openai", model: null, order: 0, weight: 1 },
      ],
      strategy: null,
      fallbacks: [],
    },
    {
      name: "best",
      targets: [
        { upstream: "azure", model: "dep", order: 1, weight: 2 },
        { upstream: "openai", model: "gpt-5", order: 0, weight: 1 },
      ],
      strategy: "sticky",
      fallbacks: ["judge"],
    },
  ]);
  expect(config).toMatchObject({ strategy: "least_outstanding", retries: 5, notes: [] });
  expect(config.secrets.sort()).toEqual(
    [env.OPENAI_API_KEY, "sk-from-a-file-1", env.MODAL_KEY, env.OTHER].sort(),
  );
});

test("a header that is called like a secret is masked, also where its value stands in the file", async () => {
  const { secrets } = await read(`
upstreams:
  - name: openai
    headers: { X-Goog-Api-Key: AIza-0123456789, X-Team: evals }
`);
  expect(secrets.sort()).toEqual([env.OPENAI_API_KEY, "AIza-0123456789"].sort());
});

test.for([
  ["upstreams:\n  - name: a\n    base_url: [", "proxy.yaml:3: not YAML: bad indent"],
  ['upstreams:\n  - name: a\n    api_key: "sk-secret-1\n', "proxy.yaml:4: not YAML: missing char"],
  [
    "upstreams:\n  - name: a\n  - name: b\n    colour: red\n",
    "proxy.yaml:3: upstreams.1: Unrecognized key",
  ],
  [
    "upstreams:\n  - name: a\n    api_key: sk-secret-1\n",
    "proxy.yaml:3: upstreams.0.api_key: a key is not written into the file",
  ],
  [
    "upstreams:\n  - name: a\n    headers:\n      X-Api-Key: sk-secret-1\n",
    "proxy.yaml:4: X-Api-Key: a key is not written into the file",
  ],
  [
    "upstreams:\n  - name: a\n    api_key_env: NOT_SET\n",
    "proxy.yaml:3: a: the variable NOT_SET is not set",
  ],
  ["upstreams:\n  - name: a\n    api_key_file: none.key\n", "proxy.yaml:3: the key cannot be read"],
  [
    "upstreams:\n  - name: a\n    provider: hosted_vllm\n",
    "proxy.yaml:2: a: hosted_vllm needs a base_url",
  ],
  ["upstreams:\n  - name: a\n    provider: acme\n", "proxy.yaml:3: upstreams.0.provider"],
  [
    "upstreams:\n  - name: a\n    provider: azure\n    base_url: https://x.example\n",
    "proxy.yaml:2: a: azure needs an api_version",
  ],
  ["upstreams:\n  - name: a\n    base_url: ftp://x\n", "proxy.yaml:3: not an http or https URL"],
  ["upstreams:\n  - name: a\n  - name: a\n", "proxy.yaml:3: there are two upstreams called a"],
  [
    "upstreams:\n  - name: a\nmodels:\n  x: b/m\n",
    "proxy.yaml:4: x: b/m is not at an upstream (there are a)",
  ],
  [
    "upstreams:\n  - name: a\nmodels:\n  x:\n    targets: [{ upstream: a, wieght: 2 }]\n",
    "proxy.yaml:5: ",
  ],
  [
    "upstreams:\n  - name: a\nmodels:\n  x: { targets: [a], fallbacks: [y] }\n",
    "proxy.yaml:4: there is no model y to fall back to",
  ],
  ["upstreams: []\n", "proxy.yaml:1: upstreams"],
  ["just text", "proxy.yaml:1: "],
] as const)("%j: %s", async ([text, expected]) => {
  const message = await failure(text);
  expect(message.startsWith(expected), message).toBe(true);
  expect(message).not.toContain("sk-secret");
});

test("a file that is not there", async () => {
  await expect(readConfig(join(folder, "none.yaml"), {})).rejects.toThrow("cannot be read");
});

test("a provider's own key was sent to whatever host was named", async () => {
  const config = await read(`
upstreams:
  - { name: own }
  - { name: elsewhere, base_url: "https://gateway.example/v1" }
`);
  expect(config.upstreams.map(({ key }) => key)).toEqual([env.OPENAI_API_KEY, null]);
});
