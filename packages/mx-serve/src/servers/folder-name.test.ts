import { Server } from "@mx/records";
import { mkdtemp, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { folderName } from "./folder-name.ts";
import { makeServerFolder, serverFolder } from "./server-folder.ts";

let env: NodeJS.ProcessEnv = {};
beforeEach(async () => {
  env = { MX_HOME: await mkdtemp(join(tmpdir(), "mx-serve-test-")) };
});
afterEach(() => rm(env["MX_HOME"] ?? "", { recursive: true, force: true }));

const server = (where: Server["where"]) => ({ name: "qwen-1a2b3c4d", where }) as unknown as Server;

/** A server of this name that some machine brought up. */
async function known(host: string, state: "ready" | "stopped"): Promise<void> {
  const folder = serverFolder(env, "qwen-1a2b3c4d");
  await makeServerFolder(folder);
  await folder.writeEndpoint({
    type: "endpoint",
    version: 1,
    name: "qwen-1a2b3c4d",
    base_url: "http://127.0.0.1:8000/v1",
    models: [],
    engine: "vllm",
    where: "local",
    state,
    handle: {
      ...{ pid: 7, started: "1", boot: "b", pid_namespace: "n", host, port: 8000 },
      ...{ folder: folder.path, token: "t", grace_ms: 1, probe: { kind: "postgres" } },
    },
  });
}

test("is the server's name, also where this machine has it up", async () => {
  expect(await folderName(env, server("local"))).toBe("qwen-1a2b3c4d");
  await known(hostname(), "ready");
  expect(await folderName(env, server("local"))).toBe("qwen-1a2b3c4d");
});

test("two machines with one home do not take each other's server for their own", async () => {
  await known("another", "ready");
  expect(await folderName(env, server("local"))).toBe(`qwen-1a2b3c4d.${hostname()}`);
  expect(await folderName(env, server("slurm"))).toBe("qwen-1a2b3c4d");
  await known("another", "stopped");
  expect(await folderName(env, server("local"))).toBe("qwen-1a2b3c4d");
});

test("jobs of Slurm have servers of their own", async () => {
  const name = await folderName({ ...env, SLURM_JOB_ID: "42" }, server("local"));
  expect(name).toBe(`qwen-1a2b3c4d.job-42-${hostname()}`);
});
