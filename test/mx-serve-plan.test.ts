import type { Server } from "@mx/records";
import { execa } from "execa";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { onTerminal } from "./support/on-terminal.ts";
import { pythonVenv } from "./support/python-venv.ts";
import { ofType, root, runBin } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";

const temp = tempHome();
const serve = (...args: string[]) => runBin("mx-serve", args, temp.env);
/** The plans that a command line prints. It must go well. */
async function plans(...args: string[]): Promise<Server[]> {
  const { stdout, stderr, exitCode } = await serve("plan", ...args);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return ofType<Server>(stdout, "server");
}

describe("mx-serve plan", () => {
  test("prints command, image, cards, memory and price of each model", async () => {
    const [small, large] = await plans("qwen3-4b", "qwen3-235b", "--vllm.max_model_len=16384");
    expect(small).toMatchObject({
      model: "Qwen/Qwen3-4B-Instruct-2507",
      image: expect.stringContaining("nvidia/cuda"),
      gpu: { type: "A10G", count: 1 },
      fit: { fits: true, kv_cache_bytes: 2 * 36 * 8 * 128 * 2 * 16_384 },
      price_usd_per_hour: 1.1016,
    });
    expect(large?.fit?.fits).toBe(true);
  });

  test("the two entries that cannot be loaded end with 1, unless that is allowed", async () => {
    for (const name of ["goat-qwen3-30b-a3b", "goat-qwen3-235b"]) {
      const { stdout, stderr, exitCode } = await serve("plan", name);
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 1 });
      const [plan] = ofType<Server>(stdout, "server");
      expect(plan?.fit).toMatchObject({
        fits: false,
        explanation: expect.stringMatching(/GB too much/),
      });
    }
    await plans("goat-qwen3-235b", "--allow-unfit");
  });

  test("settings are typed, the last one wins, and nothing is lost on the way", async () => {
    const [plan] = await plans(
      "qwen3-4b",
      "--vllm.max_model_len=1024",
      "--vllm.max_model_len",
      "2048",
      "--vllm.prefix_caching=No",
      "--infra.gpu=H100:2",
      "--sampling.temperature=0",
      "--env.X=007",
    );
    expect(plan).toMatchObject({
      gpu: { type: "H100", count: 2 },
      price_usd_per_hour: 7.8984,
      sampling: { temperature: 0 },
      env: { X: "007" },
      config: { vllm: { max_model_len: 2048, prefix_caching: false } },
    });
    expect(plan?.argv).toContain("--no-enable-prefix-caching");
  });

  test.for<[string[], string]>([
    [["--infra.gpu"], "--infra.gpu needs a value"],
    [["--foo=1"], "unknown flag --foo"],
    [["--vllm.max_len=5"], "--vllm.max_len: there is no such setting"],
    [["--vllm.prefix_caching=perhaps"], "expected true or false"],
    [["--vllm"], "--vllm needs a value"],
    [["--sampling.top_p=2"], "--sampling.top_p:"],
    [["--litellm.version=1.82.7"], "the engine here is vllm"],
    [["--models", "none.yaml"], "none.yaml cannot be read"],
    [["--preset", "aime2024"], "did you mean aime2025?"],
  ])("%j is a usage error", async ([flags, message]) => {
    const { stdout, stderr, exitCode } = await serve("plan", "qwen3-4b", ...flags);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toContain(message);
  });

  test("an unknown setting gets the list of those that there are", async () => {
    const { stderr } = await serve("plan", "qwen3-4b", "--vllm.prefix_cache=no");
    expect(stderr).toContain("did you mean --vllm.prefix_caching?");
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(
      "gpu_memory_utilization, tensor_parallel_size",
    );
  });

  test("a registry of one's own, here or by name, and an error with its place", async () => {
    const file = join(temp.folder, "mine.yaml");
    writeFileSync(file, "models:\n  mine: { extends: qwen3-4b, hub_id: me/mine-2 }\n");
    const [plan] = await plans("mine", "--models", file);
    expect(plan).toMatchObject({ model: "me/mine-2", name: expect.stringMatching(/^mine-2-/) });
    writeFileSync(file, "models:\n  mine:\n    hub_id: me/mine\n    gpus: 4\n");
    const { stderr, exitCode } = await serve("plan", "mine", "--models", file);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("mine.yaml:4:5: models.mine.gpus: there is no such setting");
  });

  test("a terminal shows it in words, with a command that a shell takes", async () => {
    const line = "mx-serve plan gpt-oss-20b";
    const { screen, exitCode } = await onTerminal(line, [], { env: temp.env, cwd: temp.folder });
    expect(exitCode).toBe(0);
    expect(screen).toContain("gpt-oss-20b by vllm, on modal");
    expect(screen).toContain("https://modal.com/pricing");
    expect(screen).toContain("the model's own (tokenizer)");
    const command = /command +(vllm[\s\S]*?)\n  image/.exec(screen)?.[1] ?? "";
    const { stdout } = await execa("bash", ["-c", `printf '%s\\n' ${command}`]);
    const [plan] = await plans("gpt-oss-20b");
    expect(stdout.split("\n")).toEqual(plan?.argv);
  });

  test("services are planned like models, and a reader that closes early ends it", async () => {
    const [postgres] = await plans("--engine", "postgres", "--on", "local");
    expect(postgres).toMatchObject({ engine: "postgres", gpu: null, fit: null, image: null });
    const [command] = await plans("--command", "serve --name 'a b' --port {port}");
    expect(command?.argv).toEqual(["serve", "--name", "a b", "--port", "{port}"]);
    const { exitCode } = await execa("bash", ["-c", "mx-serve models | head -n 1"], {
      env: { ...temp.env, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}` },
    });
    expect(exitCode).toBe(0);
  });
});

test("mx-serve models lists every entry, with what does not fit", async () => {
  const { stdout, stderr, exitCode } = await serve("models");
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  const unfit = ofType<Server>(stdout, "server").filter(({ fit }) => fit?.fits !== true);
  expect(unfit.map(({ model, fit }) => [model, fit?.fits])).toEqual([
    ["Qwen/Qwen3-30B-A3B-Instruct-2507", false],
    ["Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", false],
  ]);
  const table = await serve("models", "--format", "table");
  expect(table.stdout).toMatch(/goat-qwen3-235b .* NO/);
  expect(table.stdout).toMatch(/livecodebench +code/);
});

const render = `
import json, sys, jinja2
template = jinja2.Environment(trim_blocks=True, lstrip_blocks=True).from_string(sys.stdin.read())
messages = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "  2+2?\\n"}]
print(json.dumps([template.render(messages=messages, add_generation_prompt=flag) for flag in (False, True)]))
`;

test.for<[string, string, string]>([
  ["base", "Be short.\n\n  2+2?\n", ""],
  [
    "chatml",
    "<|im_start|>system\nBe short.<|im_end|>\n<|im_start|>user\n  2+2?\n<|im_end|>\n",
    "<|im_start|>assistant\n",
  ],
])(
  "the template %s makes a prompt in which no character is lost",
  { timeout: 400_000 },
  async ([name, prompt, beginning], { skip }) => {
    const bin = await pythonVenv(["jinja2==3.1.6"]);
    if (bin === null) return skip("Jinja cannot be installed from PyPI");
    const file = join(root, "packages/mx-serve/models/templates", `${name}.jinja`);
    const { stdout } = await execa(join(bin, "python"), ["-c", render], {
      input: readFileSync(file, "utf8"),
    });
    expect(JSON.parse(stdout)).toEqual([prompt, `${prompt}${beginning}`]);
  },
);
