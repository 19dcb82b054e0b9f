import { NamedObjects, openModalClient } from "@mx/backends/modal";
import { startEmulator, type Emulator } from "@mx/modal-emulator";
import type { Endpoint } from "@mx/records";
import { execa } from "execa";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployServer } from "../packages/mx-serve/src/places/modal/deploy-server.ts";
import { makeServerFolder, serverFolder } from "../packages/mx-serve/src/servers/server-folder.ts";
import { modalPlan } from "../packages/mx-serve/src/testing/modal-plan.ts";
import { freePort } from "./support/free-port.ts";
import { isFull } from "./support/is-full.ts";
import { hasBubblewrap } from "./support/needs.ts";
import { pythonVenv } from "./support/python-venv.ts";
import { ofType, runBin, start } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";
import { commandLine, tinyServer } from "./support/tiny-server.ts";
import { until } from "./support/until.ts";

const home = tempHome();
const bin = await pythonVenv(["modal==1.6.4"]);
/** One that starts no containers, for what is only deployed. */
let still: Emulator;
let emulator: Emulator;

beforeAll(async () => {
  still = await startEmulator({ imageCommands: "record" });
  // A container takes longer to start than a call may wait: every cold start is answered 303 first.
  emulator = await startEmulator({
    imageCommands: "record",
    webTimeoutMs: 300,
    ...(bin === null ? {} : { python: join(bin, "python") }),
  });
});
afterAll(() => Promise.all([still.close(), emulator.close()]));

const testModal = bin === null ? test.skip : test;
/** What tests of units, or of the same on this machine, say as well. */
const testFull = test.runIf(isFull);
const testFullModal = bin === null ? test.skip : testFull;
/** Without a root of its own a container would write to this machine's. */
const testContainer = bin === null || !hasBubblewrap ? test.skip : test;

function mxServe(args: string[], env: Record<string, string> = emulator.env) {
  return runBin("mx-serve", args, { ...home.env, ...env });
}

/** Deploys by Modal's own program. */
function deploy(args: string[], cloud = emulator) {
  return mxServe(["deploy", "--modal", join(bin ?? "", "modal"), ...args], cloud.env);
}

/** Flags for a server of this test; each port makes another server. */
function tiny(port: number, more: Omit<Parameters<typeof tinyServer>[0], "port"> = {}): string[] {
  const command = commandLine(tinyServer({ port, ...more }));
  return [
    "--engine",
    "command",
    "--served-model-name",
    "tiny",
    "--port",
    `${port}`,
    "--command",
    command,
  ];
}

function endpointOf({ stdout }: { stdout: string }): Endpoint {
  return ofType<Endpoint>(stdout, "endpoint")[0]!;
}

/** The definition that Modal got of an app's class. */
function definitionOf(appId: unknown) {
  const found = still.functions().find((one) => one.appId === appId && one.name === "Server.*");
  return found!.definition!;
}

/** Headers that open a server with proxy auth. */
const token = () => ({
  "Modal-Key": emulator.env["MODAL_KEY"]!,
  "Modal-Secret": emulator.env["MODAL_SECRET"]!,
});

async function makeSecret(name: string, keys: string[]): Promise<void> {
  const { sdk } = await openModalClient({ ...still.env });
  const values = new Map(keys.map((key) => [key, `value of ${key}`]));
  await new NamedObjects(sdk.cpClient, 10_000).createSecret("", name, values);
  sdk.close();
}

const langfuseKeys = ["LANGFUSE_POSTGRES_PASSWORD", "NEXTAUTH_SECRET", "SALT"];
const langfuse = ["--engine", "langfuse", "--langfuse.init=false", '--infra.modal_secrets=["lf"]'];

test("the file of every engine is Python, and needs no package but modal", async () => {
  const asked = {
    vllm: ["Qwen/Qwen3-4B-Instruct-2507"],
    sglang: ["Qwen/Qwen3-4B-Instruct-2507", "--engine", "sglang"],
    litellm: ["--engine", "litellm"],
    langfuse,
    command: tiny(8123),
  };
  const files = await Promise.all(
    Object.entries(asked).map(async ([name, args]) => {
      const done = await mxServe(["deploy", "--dry-run", "--quiet", ...args]);
      expect(done.exitCode, done.stderr).toBe(0);
      const file = join(home.folder, `${name}.py`);
      writeFileSync(file, done.stdout);
      return file;
    }),
  );
  const script = `
import ast, json, sys
found = set()
for path in sys.argv[1:]:
    tree = ast.parse(open(path).read(), path)
    found |= {name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names}
print(json.dumps(sorted(found - sys.stdlib_module_names)))`;
  const { stdout } = await execa("python3", ["-c", script, ...files]);
  expect(JSON.parse(stdout)).toEqual(["modal"]);
});

testModal(
  "vllm: cards, caches, secrets, concurrency and scaling reach Modal as they were asked for",
  async () => {
    await makeSecret("hf", ["HF_TOKEN"]);
    const done = await deploy(
      [
        "meta-llama/Llama-3.1-8B-Instruct",
        "--infra.gpu=H100:2",
        "--infra.max_concurrent_inputs=32",
        "--infra.max_containers=3",
        "--infra.scaledown_window=300",
        "--infra.timeout=3600",
        "--infra.startup_timeout=900",
        '--infra.modal_secrets=["hf"]',
        "--vllm.api_key=true",
      ],
      still,
    );
    expect(done).toMatchObject({ exitCode: 0 });
    const endpoint = endpointOf(done);
    expect(endpoint).toMatchObject({
      engine: "vllm",
      where: "modal",
      state: "starting",
      handle: {
        function: "Server.serve",
        headers_env: { "Modal-Key": "MODAL_KEY", "Modal-Secret": "MODAL_SECRET" },
      },
    });
    const { app, app_id: appId } = endpoint.handle as Record<string, string>;
    const definition = definitionOf(appId);
    expect(definition).toMatchObject({
      resources: { gpuConfig: { gpuType: "H100", count: 2 } },
      timeoutSecs: 3600,
      startupTimeoutSecs: 1020,
      maxConcurrentInputs: 32,
      autoscalerSettings: { minContainers: 0, maxContainers: 3, scaledownWindow: 300 },
      methodDefinitions: {
        serve: {
          webhookConfig: {
            webServerPort: 8000,
            webServerStartupTimeout: 900,
            requiresProxyAuth: true,
          },
        },
      },
    });
    const secrets = still.secrets().filter(({ id }) => definition.secretIds?.includes(id));
    expect(secrets.map(({ name, values }) => [name, Object.keys(values)])).toEqual([
      ["hf", ["HF_TOKEN"]],
      [`${app}-key`, ["VLLM_API_KEY"]],
    ]);
    const volumes = new Map(still.volumes().map(({ id, name }) => [id, name]));
    const mounts = definition.volumeMounts?.map(({ mountPath, volumeId }) => [
      mountPath,
      volumes.get(volumeId!),
    ]);
    expect(mounts).toContainEqual(["/root/.cache/huggingface", "mx-huggingface-cache"]);
    const image = still.images().find(({ id }) => id === definition.imageId)!;
    expect(image.commands[0]).toMatch(/^FROM nvidia\/cuda:/);
    expect(image.commands.join("\n")).toMatch(/uv pip install .* vllm==\d+\.\d+\.\d+/);
    // The key is in a secret, and neither in the image nor in what was written here.
    const key = secrets[1]!.values["VLLM_API_KEY"]!;
    expect(JSON.stringify([image, definition, done.stdout, done.stderr])).not.toContain(key);
    expect(still.apps().find(({ id }) => id === appId)?.tags).toMatchObject({
      "mx-serve": expect.any(String),
    });
  },
  60_000,
);

testModal(
  "a secret that Modal does not have, or that lacks a variable, is missed before anything is deployed",
  async () => {
    await makeSecret("half", ["SALT"]);
    const before = still.counts()["AppPublish"] ?? 0;
    const none = await deploy(langfuse, still);
    expect(none).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("Modal has no secret lf"),
    });
    const half = await deploy([...langfuse, '--infra.modal_secrets=["half"]'], still);
    expect(half.stderr).toContain("half: without LANGFUSE_POSTGRES_PASSWORD, NEXTAUTH_SECRET");
    expect(still.counts()["AppPublish"] ?? 0).toBe(before);
  },
  60_000,
);

testModal(
  "langfuse has one container that always runs, its database on a volume that no other app may have",
  async () => {
    await makeSecret("lf", langfuseKeys);
    const done = await deploy(langfuse, still);
    expect(done).toMatchObject({ exitCode: 0 });
    const { app, app_id: appId } = endpointOf(done).handle as Record<string, string>;
    const definition = definitionOf(appId);
    expect(definition.autoscalerSettings).toMatchObject({ minContainers: 1, maxContainers: 1 });
    expect(definition.volumeMounts).toMatchObject([{ mountPath: "/mx/data" }]);
    const other = await deploy([...langfuse, "--langfuse.version=2.95.0"], still);
    expect(other).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`${app} has the volumes`),
    });
    expect(await mxServe(["stop", app!], still.env)).toMatchObject({ exitCode: 0 });
    expect(await deploy([...langfuse, "--langfuse.version=2.95.0"], still)).toMatchObject({
      exitCode: 0,
    });
  },
  60_000,
);

testFullModal(
  "litellm is deployed with the file that was made from its routes",
  async () => {
    await makeSecret("keys", ["AZURE_API_KEY"]);
    const route = { name: "mini", model: "azure/gpt-5-mini", api_key_env: "AZURE_API_KEY" };
    const done = await deploy(
      [
        "--engine",
        "litellm",
        `--litellm.routes=${JSON.stringify([route])}`,
        '--infra.modal_secrets=["keys"]',
        "--public",
      ],
      still,
    );
    expect(done).toMatchObject({ exitCode: 0 });
    const endpoint = endpointOf(done);
    const definition = definitionOf(endpoint.handle["app_id"]);
    expect(definition.methodDefinitions?.["serve"]?.webhookConfig?.requiresProxyAuth).toBe(false);
    expect(endpoint.handle["headers_env"]).toBeUndefined();
    expect(endpoint.api_key_env).toMatch(/^MX_KEY_LITELLM_/);
  },
  60_000,
);

testContainer(
  "deploy, wait through a cold start, call, find again, read the log, stop",
  async () => {
    const port = await freePort();
    const idle = "--infra.scaledown_window=2";
    const args = [...tiny(port, { startSecs: 1 }), idle, "--wait"];
    const done = await deploy(args);
    expect(done).toMatchObject({ exitCode: 0 });
    const endpoint = endpointOf(done);
    expect(endpoint).toMatchObject({ state: "ready", models: ["tiny"] });
    const url = `${endpoint.base_url}/models`;
    expect((await fetch(url)).status).toBe(401);
    expect(await (await fetch(url, { headers: token() })).json()).toMatchObject({
      data: [{ id: "tiny" }],
    });

    const published = emulator.counts()["AppPublish"];
    const again = await deploy([...args, "--sampling.temperature=0.3"]);
    expect(again.stderr).toContain("is deployed already");
    expect(endpointOf(again)).toEqual(endpoint);
    expect(emulator.counts()["AppPublish"]).toBe(published);

    const containers = () =>
      emulator.functions().find(({ appId }) => appId === endpoint.handle["app_id"])!.containers;
    await until("the end of all containers", () =>
      containers().every(({ state }) => state === "finished"),
    );
    const { length: before } = containers();
    // Nobody calls it any more: asking what became of it wakes nothing.
    expect(endpointOf(await mxServe(["status", endpoint.name]))).toMatchObject({ state: "ready" });
    expect(containers()).toHaveLength(before);
    expect((await fetch(url, { headers: token() })).status).toBe(200);
    expect(containers()).toHaveLength(before + 1);
    expect(await mxServe(["stop", endpoint.name])).toMatchObject({ exitCode: 0 });
    expect(containers().every(({ state }) => state === "finished")).toBe(true);
    const { stdout } = await mxServe(["logs", endpoint.name]);
    expect(stdout).toBe("tiny listens\ntiny says good-bye\n".repeat(before + 1));
    expect((await fetch(url, { headers: token() })).status).toBe(404);
    const { app_id: appId } = endpoint.handle;
    expect(emulator.apps().find(({ id }) => id === appId)).toMatchObject({ stopped: true });
  },
  60_000,
);

testContainer(
  "a server that dies while it starts is an error within seconds, and its app is stopped",
  async () => {
    const command = commandLine([
      "python3",
      "-c",
      "import sys; print('no card is left'); sys.exit(3)",
    ]);
    const done = await deploy(["--engine", "command", "--command", command, "--wait"]);
    expect(done.exitCode).toBe(69);
    expect(done.stderr).toMatch(/python3-\w+ ended with exit status 3 while it started/);
    expect(done.stderr).toContain("no card is left");
    expect(emulator.apps().at(-1)).toMatchObject({ stopped: true });
  },
  60_000,
);

testModal(
  "an app of the same name that mx-serve did not make is left alone",
  async () => {
    const port = await freePort();
    const { stdout } = await mxServe(["deploy", "--dry-run", ...tiny(port)]);
    const name = /^NAME = "(.*)"$/m.exec(stdout)![1]!;
    const { sdk } = await openModalClient({ ...emulator.env });
    await sdk.apps.fromName(name, { createIfMissing: true });
    const done = await deploy(tiny(port));
    expect(done).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("did not make it") });
  },
  60_000,
);

testFullModal(
  "what Modal refuses is an error with the last lines of its program",
  async () => {
    const message = "the workspace may have no more cards";
    still.faults.add({ rpc: "FunctionCreate", error: { code: "INVALID_ARGUMENT", message } });
    const done = await deploy(tiny(8123), still);
    expect(done.exitCode).toBe(69);
    expect(done.stderr).toMatch(
      /modal deploy failed \(exit status 1\); it ends with:\n[^]*no more cards/,
    );
  },
  60_000,
);

testFullModal(
  "each environment has a server of its own",
  async () => {
    const { sdk } = await openModalClient({ ...still.env });
    await new NamedObjects(sdk.cpClient, 10_000).createEnvironment("dev");
    const done = await deploy([...tiny(8123), "--modal-environment", "dev"], still);
    const { name, handle } = endpointOf(done);
    expect(name).toBe(`${String(handle["app"])}.dev`);
    expect(handle["environment"]).toBe("dev");
    expect(still.apps("dev")).toMatchObject([{ name: handle["app"], stopped: false }]);
    expect(await mxServe(["stop", name], still.env)).toMatchObject({ exitCode: 0 });
    expect(still.apps("dev")).toMatchObject([{ stopped: true }]);
  },
  60_000,
);

testContainer(
  "a signal while a new server is waited for stops its app",
  async () => {
    const port = await freePort();
    const args = ["--modal", join(bin!, "modal"), ...tiny(port, { startSecs: 600 }), "--wait"];
    const waiting = start("mx-serve", ["deploy", ...args], { ...home.env, ...emulator.env });
    const living = () =>
      emulator
        .functions()
        .flatMap(({ appId, containers }) =>
          containers.filter(({ state }) => state === "running").map(() => appId),
        );
    await until("a container", () => living().length === 1);
    const [appId] = living();
    waiting.kill("SIGTERM");
    expect((await waiting).exitCode).toBe(143);
    expect(emulator.apps().find(({ id }) => id === appId)).toMatchObject({ stopped: true });
    expect(living()).toEqual([]);
  },
  60_000,
);

test("deploying without Modal's program says how to get it", async () => {
  const done = await mxServe(["deploy", ...tiny(8123), "--modal", "no-such-modal"]);
  expect(done).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("pip install modal") });
});

test("waiting for a server behind proxy auth without a token is refused before it is deployed", async () => {
  const done = await mxServe(["deploy", ...tiny(8123), "--wait"], {
    ...emulator.env,
    MODAL_KEY: "",
  });
  expect(done).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("MODAL_KEY: not set"),
  });
});

testContainer(
  "a server that keeps state is told its address, and what it writes at its end is on its volume",
  async () => {
    const port = await freePort();
    const plan = modalPlan({
      port,
      single: true,
      record: {
        engine: "langfuse",
        argv: tinyServer({ port, variables: ["NEXTAUTH_URL"], lastWords: "/mx/data/last-words" }),
      },
      infra: { volumes: { "{dir}/data": "state" } },
    });
    const env = { PATH: process.env["PATH"], ...home.env, ...emulator.env };
    const folder = serverFolder(env, plan.record.name);
    await makeServerFolder(folder);
    const context = { env, folder, stop: new AbortController().signal, note: () => {} };
    const request = { program: join(bin!, "modal"), proxyAuth: true, wait: true };
    const endpoint = await deployServer(plan, request, context);
    const url = endpoint.base_url.replace(/\/v1$/, "");
    const told = await (await fetch(`${url}/env`, { headers: token() })).json();
    expect(told).toEqual({ NEXTAUTH_URL: url });
    // Another file of the same server takes its place, and never beside it.
    const changed = { ...plan, infra: { ...plan.infra, max_concurrent_inputs: 7 } };
    await deployServer(changed, request, context);
    const { containers } = emulator
      .functions()
      .find(({ appId }) => appId === endpoint.handle["app_id"])!;
    expect(containers).toMatchObject([{ state: "finished", result: { status: "success" } }]);
    expect(emulator.volumes().find(({ name }) => name === "state")?.files).toEqual({
      "last-words": 4,
    });
    expect(
      emulator.apps().filter(({ name, stopped }) => name === plan.record.name && !stopped),
    ).toHaveLength(1);
  },
  60_000,
);

test("up --on modal serves from a sandbox with a tunnel as long as a command runs", async () => {
  const port = await freePort();
  const script = 'curl -sf "$OPENAI_BASE_URL/models" && exit 7';
  const args = ["up", "--on", "modal", "--infra.gpu=A10G", "--infra.timeout=600", ...tiny(port)];
  const done = await mxServe([...args, "--", "sh", "-c", script]);
  expect(done).toMatchObject({ exitCode: 7, stdout: expect.stringContaining('"tiny"') });
  expect(emulator.sandboxes().at(-1)).toMatchObject({
    state: "finished",
    result: { status: "terminated" },
    gpu: "A10G:1",
    timeoutSecs: 600,
    tags: { "mx-owner": expect.any(String), "mx-serve": expect.any(String) },
  });
});

testFull("a server in a sandbox that dies is an error with its last lines", async () => {
  const command = commandLine(["python3", "-c", "import sys; print('no card'); sys.exit(3)"]);
  const args = ["--on", "modal", "--engine", "command", "--command", command];
  const done = await mxServe(["up", ...args]);
  expect(done.exitCode).toBe(69);
  expect(done.stderr).toMatch(/ended with exit status 3; its log ends with:\s+no card/);
});

test("the sandbox of an mx-serve that was killed is found by mx-sandbox gc; one that was detached is kept", async () => {
  const [port, other] = [await freePort(), await freePort()];
  const env = { ...home.env, ...emulator.env };
  const running = () => emulator.sandboxes().filter(({ state }) => state === "running");
  expect(running()).toEqual([]);
  expect(await mxServe(["up", "--on", "modal", "--detach", ...tiny(other)])).toMatchObject({
    exitCode: 0,
  });
  const killed = start("mx-serve", ["up", "--on", "modal", ...tiny(port)], env);
  await until("two sandboxes", () => running().length === 2);
  await sleep(200);
  killed.kill("SIGKILL");
  await killed;
  const gc = await runBin("mx-sandbox", ["gc"], env);
  expect(gc.exitCode, gc.stderr).toBe(0);
  expect(running()).toMatchObject([{ tags: { "mx-serve": expect.any(String) } }]);
  expect(await mxServe(["stop", "--all"])).toMatchObject({ exitCode: 0 });
  expect(running()).toEqual([]);
});
