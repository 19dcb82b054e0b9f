import { execa } from "execa";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { hasBubblewrap } from "./support/needs.ts";
import { onTerminal } from "./support/on-terminal.ts";
import { ofType, root, runBin, shell, type Ended } from "./support/run-bin.ts";
import { SetupFolder } from "./support/setup-folder.ts";
import { tempHome } from "./support/temp-home.ts";

const temp = tempHome();

interface Check {
  name: string;
  phase: string;
  ok: boolean;
  not_run?: true;
  detail: string;
  fix?: string;
}

const checks = ({ stdout }: Ended) => ofType<Check>(stdout, "check");
const states = (ended: Ended) =>
  checks(ended).map(({ phase, name, ok, not_run: notRun }) => {
    const state = ok ? "ok" : notRun ? "not run" : "failed";
    return `${phase}: ${name}: ${state}`;
  });
const doctor = (...args: string[]) => runBin("mx-setup", ["doctor", ...args], temp.env);

/** A server of our own for every path. */
async function serve(status: number, body: string, seen: string[] = []) {
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? "no key"}`);
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe.skipIf(!hasBubblewrap)("this machine", () => {
  test("every phase, and what is not there to be looked at is not said to be well", async () => {
    const ended = await doctor();
    expect(ended.exitCode, ended.stdout).toBe(0);
    expect(states(ended).filter((state) => !state.startsWith("gpu"))).toEqual([
      "prerequisites: Node.js: ok",
      "prerequisites: bubblewrap: ok",
      "prerequisites: socat: ok",
      "prerequisites: user namespaces: ok",
      "prerequisites: limits: ok",
      "setup: temporary folder: ok",
      "setup: store: ok",
      "services: services: not run",
      "model: model call: not run",
      "sandbox: sandbox: ok",
    ]);
    expect(ended.stderr).toMatch(/not run\n$/);
  });

  test("a phase alone; one that was named and has nothing to look at is no success", async () => {
    const sandbox = await doctor("sandbox");
    expect(states(sandbox)).toEqual(["sandbox: sandbox: ok"]);
    expect(sandbox).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await doctor("services")).exitCode).toBe(1);
  });

  test("without bubblewrap and socat each is named, with what installs it", async () => {
    const args = [`${root}/packages/mx-setup/bin.js`, "doctor", "prerequisites", "sandbox"];
    const { stdout, exitCode } = await execa(process.execPath, args, {
      env: { HOME: temp.folder, PATH: temp.folder },
      extendEnv: false,
      reject: false,
    });
    const ended = { stdout, stderr: "", exitCode };
    expect(ended.exitCode).toBe(1);
    expect(states(ended)).toEqual([
      "prerequisites: Node.js: ok",
      "prerequisites: bubblewrap: failed",
      "prerequisites: socat: failed",
      "prerequisites: user namespaces: not run",
      "prerequisites: limits: not run",
      "sandbox: sandbox: failed",
    ]);
    expect(checks(ended)[1]?.fix).toBe("apt-get install bubblewrap");
    expect(checks(ended).at(-1)?.fix).toContain("apt-get install bubblewrap");
  });

  test("a store that cannot be written", async () => {
    const ended = await runBin("mx-setup", ["doctor", "setup"], {
      ...temp.env,
      MX_HOME: "/proc/mx",
    });
    expect(ended.exitCode).toBe(1);
    expect(checks(ended)[1]).toMatchObject({ name: "store", ok: false });
    expect(checks(ended)[1]?.fix).toContain("MX_HOME");
  });

  test("a terminal shows a table, and nothing is asked", async () => {
    const { screen, exitCode } = await onTerminal("mx-setup doctor prerequisites services", [], {
      env: temp.env,
      cwd: temp.folder,
    });
    expect(exitCode).toBe(1);
    expect(screen).toMatch(/prerequisites +ok +Node\.js +\d+/);
    expect(screen).toMatch(/services +not run +services +no service is named/);
    expect(screen).toContain("→ --endpoint NAME=URL");
    expect(screen).not.toContain('"type"');
  });

  test("a phase that there is not", async () => {
    const { exitCode, stderr } = await doctor("sandbx");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("did you mean sandbox?");
  });
});

describe("services and model", () => {
  const script =
    '{"model":"scripted"}\n{"task":"ready","turn":1,"prompt":"one word","content":"ready"}\n';
  const doctorCall =
    "mx-setup doctor services model --endpoint local=$OPENAI_BASE_URL --api-key-env OPENAI_API_KEY";
  const call = (more: string) => {
    writeFileSync(`${temp.folder}/script.ndjson`, script);
    return shell(
      `mx-proxy --script ${temp.folder}/script.ndjson -- sh -c '${doctorCall} ${more}'`,
      temp.env,
    );
  };

  test("an endpoint that answers; the call is made only where it may cost", async () => {
    const free = await call("");
    expect(states(free)).toEqual([
      "services: local lists its models: ok",
      "model: model call: not run",
    ]);
    expect(free.exitCode).toBe(1);
    expect(checks(free)[1]?.fix).toBe("--allow-cost");
    const paid = await call("--allow-cost");
    expect(states(paid)).toEqual([
      "services: local lists its models: ok",
      "model: local answers: ok",
    ]);
    expect(paid.exitCode, paid.stderr).toBe(0);
    expect(checks(paid)[1]?.detail).toMatch(/^scripted: "ready", .*tokens.*, \d+ ms$/);
  });

  test("one that is not there, is something else, lacks a model, or wants another key", async () => {
    await using other = await serve(200, '"hello"');
    await using small = await serve(200, '{"object":"list","data":[{"id":"small"}]}');
    await using closed = await serve(401, '{"error":"no key"}');
    await using ill = await serve(503, "");
    const gone = await serve(200, "");
    await gone[Symbol.asyncDispose]();
    await using folder = await SetupFolder.open();
    folder.write(
      "mx.setup.yaml",
      `environment: lab
services:
  gone: { url: "${gone.url}/v1" }
  other: { url: "${other.url}/v1" }
  small: { url: "${small.url}/v1", models: [large] }
  closed: { url: "${closed.url}/v1", api_key_env: GATEWAY_KEY }
  ill: { health: "${ill.url}/health" }
`,
    );
    folder.write(".env", "GATEWAY_KEY=gateway-secret-value\n");
    const ended = await folder.run("doctor", "services", "model", "--allow-cost");
    expect(ended.exitCode).toBe(1);
    const found = checks(ended).filter(({ phase }) => phase === "services");
    expect(found.map(({ ok }) => ok)).toEqual([false, false, false, false, false]);
    expect(found[0]?.detail).toContain("ECONNREFUSED");
    expect(found[1]?.detail).toContain("not as an OpenAI-compatible API does");
    expect(found[2]?.detail).toBe("it does not list large");
    expect(found[3]?.fix).toContain("GATEWAY_KEY holds a key that it does not take");
    expect(found[4]?.detail).toContain("answers 503");
    expect(closed.seen[0]).toBe("GET /v1/models Bearer gateway-secret-value");
    // A key goes to the service that it was named for.
    expect(small.seen.every((line) => line.endsWith("no key"))).toBe(true);
    expect(ended.stdout + ended.stderr).not.toContain("gateway-secret-value");
  });

  test("a service that repeats its key does not get it printed", async () => {
    await using echo = await serve(500, '{"error":"bad key gateway-secret-value"}');
    const ended = await runBin(
      "mx-setup",
      [
        "doctor",
        "model",
        "--allow-cost",
        "--model",
        "m",
        "--endpoint",
        `e=${echo.url}`,
        "--api-key-env",
        "K",
      ],
      { ...temp.env, K: "gateway-secret-value" },
    );
    expect(checks(ended)[0]?.detail).toContain("bad key ***");
  });
});

describe("Modal", () => {
  test("what is free is looked at, what costs is not, and nothing is changed", async () => {
    await using folder = await SetupFolder.open();
    const before = await folder.run("doctor", "--where", "modal");
    expect(before.exitCode).toBe(1);
    expect(states(before)).toEqual([
      "prerequisites: Node.js: ok",
      "prerequisites: Modal account: ok",
      "prerequisites: setup file: ok",
      "setup: environment lab: failed",
      "setup: secret providers: failed",
      "setup: secret gateway: failed",
      "setup: secret database: failed",
      "setup: secret app: failed",
      "setup: volume results: failed",
      "setup: volume cache: failed",
      "services: services: not run",
      "model: model call: not run",
      "sandbox: sandbox: not run",
      "gpu: GPU: not run",
    ]);
    expect(checks(before)[3]?.fix).toBe("mx-setup mx.setup.yaml");
    expect(folder.writes()).toBe(0);
    await folder.run("--yes");
    const after = await folder.run("doctor", "--where", "modal", "prerequisites", "setup");
    expect(after.exitCode, after.stdout).toBe(0);
    expect(folder.emulator.sandboxes()).toEqual([]);
  });

  test.skipIf(!hasBubblewrap)(
    "with --allow-cost a sandbox is made, used and ended, and one with a GPU too",
    async () => {
      await using folder = await SetupFolder.open("bwrap");
      await folder.run("--yes");
      const args = ["doctor", "--where", "modal", "--allow-cost", "sandbox", "gpu", "--gpu", "L4"];
      const ended = await folder.run(...args);
      // The emulator has no GPU; that it was asked for one is what can be seen here.
      expect(states(ended)).toEqual(["sandbox: sandbox: ok", "gpu: GPU: failed"]);
      expect(ended.exitCode).toBe(1);
      const calls = folder.emulator.calls.filter(({ rpc }) => rpc === "SandboxCreate");
      expect(JSON.stringify(calls[0]?.request)).toContain('"gpuType":"L4"');
      expect(folder.emulator.sandboxes()).toMatchObject([
        { environment: "lab", state: "finished" },
        { environment: "lab", state: "finished" },
      ]);
      // What it has left there itself is nobody's, and keeps no environment.
      expect(folder.emulator.apps("lab")).toHaveLength(1);
      await folder.run("destroy", "--yes", "--volumes");
      expect(folder.emulator.environments()).toEqual(["main"]);
    },
  );

  test("credentials that are missing or refused, and a Modal that is away", async () => {
    await using folder = await SetupFolder.open();
    const missing = await folder.runWith({ MODAL_TOKEN_ID: "" }, "doctor", "--where", "modal");
    expect(missing.exitCode).toBe(1);
    expect(checks(missing)[1]).toMatchObject({
      name: "Modal account",
      ok: false,
      detail: "there are no credentials for Modal",
    });
    const refused = await folder.runWith(
      { MODAL_TOKEN_SECRET: "wrong" },
      "doctor",
      "--where",
      "modal",
      "prerequisites",
    );
    expect(checks(refused)[1]?.fix).toContain("MODAL_TOKEN_ID");
    folder.emulator.faults.add({ rpc: "*", times: Infinity, error: { code: "UNAVAILABLE" } });
    const away = await folder.run("doctor", "--where", "modal", "prerequisites", "setup");
    expect(away.exitCode).toBe(1);
    expect(checks(away)[1]?.fix).toContain("status.modal.com");
  });
});

describe.skipIf(!hasBubblewrap)("scripts/test-modal-infra", () => {
  test("phases by number and by name, as the original; a wrong one is a usage error", async () => {
    await using folder = await SetupFolder.open("bwrap");
    await folder.run("--yes");
    const run = (args: string) =>
      shell(`${root}/scripts/test-modal-infra ${args}`, folder.env, folder.path);
    const first = await run("phase1");
    expect(first.exitCode, first.stderr).toBe(0);
    expect(new Set(checks(first).map(({ phase }) => phase))).toEqual(new Set(["prerequisites"]));
    const two = await run("1 setup");
    expect(two.exitCode, two.stderr).toBe(0);
    expect(new Set(checks(two).map(({ phase }) => phase))).toEqual(
      new Set(["prerequisites", "setup"]),
    );
    const all = await run("all");
    expect(all.exitCode).toBe(0);
    expect(states(all)).toContain("gpu: GPU: not run");
    const sandbox = await run("phase5 --allow-cost");
    expect(states(sandbox)).toEqual(["sandbox: sandbox: ok"]);
    expect((await run("phase7")).exitCode).toBe(2);
  });
});
