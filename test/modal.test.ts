import { startEmulator, type Emulator } from "@mx/modal-emulator";
import type { Resource, Trial } from "@mx/records";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runAtModal, running } from "./support/modal-sandbox.ts";
import { hasBubblewrap } from "./support/needs.ts";
import { ofType, runBin, shell, smokeScript, smokeTasks, start } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";
import { until } from "./support/until.ts";

const temp = tempHome();
let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(async () => {
  await emulator.close();
});

const at = () => ({ ...temp.env, ...emulator.env });
const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

/** What does not depend on where a trial ran, or on the clock. */
function comparable(trial: Trial) {
  const { run_id, time_ms, started_at, backend, sandbox_id, artifacts, ...rest } = trial;
  void [run_id, time_ms, started_at, backend, sandbox_id];
  return { ...rest, artifacts: Object.keys(artifacts) };
}

describe.skipIf(!hasBubblewrap)("mx-sandbox --backend modal", { timeout: 120_000 }, () => {
  test("the same pipe gives the same records as locally, but for the backend's name", async () => {
    const pipe = (backend: string) =>
      shell(
        `mx-proxy --script ${smokeScript} -- mx-sandbox --batch ${smokeTasks} --model scripted --trials 2 ` +
          `--quiet --backend ${backend}`,
        at(),
      );
    const [local, modal] = [await pipe("local"), await pipe("modal")];
    expect(modal.exitCode).toBe(0);
    const trials = (text: string) =>
      ofType<Trial>(text, "trial").toSorted((a, b) => (a.key < b.key ? -1 : 1));
    expect(trials(modal.stdout).map(comparable)).toEqual(trials(local.stdout).map(comparable));
    expect(new Set(trials(modal.stdout).map(({ backend }) => backend))).toEqual(new Set(["modal"]));
    expect(running(emulator)).toEqual([]);
    // The agent and the image were brought there once, for ten sandboxes.
    expect(emulator.uploads).toBe(2);
    expect(emulator.images().map(({ timesBuilt }) => timesBuilt)).toEqual([1]);
    const sandboxes = emulator.sandboxes();
    expect(sandboxes).toHaveLength(10);
    for (const { network, memoryMiB, tags, timeoutSecs } of sandboxes) {
      expect(network).toMatchObject({ access: "listed", cidrs: ["127.0.0.1/32"], domains: [] });
      expect({ memoryMiB, timeoutSecs }).toMatchObject({ memoryMiB: 2048 });
      expect(timeoutSecs).toBeGreaterThan(600);
      expect(Object.keys(tags).toSorted()).toEqual(["mx-owner", "mx-run", "mx-trial"]);
    }
  });

  test("large, binary and strange things stay intact", async () => {
    const prompt = `${"quotes ' \" ` $HOME \\ and\nnew lines é ".repeat(2700)}end`;
    const id = "a/b c/../d";
    const whole = await runAtModal(emulator, temp.env, [{ id, prompt }], ["--", "cat"]);
    expect(whole.exitCode).toBe(0);
    expect(whole.trials[0]).toMatchObject({ task_id: id, output_bytes: Buffer.byteLength(prompt) });
    const kept = (trial: Trial | undefined) =>
      readFileSync(
        join(temp.env["MX_HOME"]!, "runs", trial!.run_id, trial!.artifacts["stdout"]!.path),
      );
    expect(sha256(kept(whole.trials[0]))).toBe(sha256(prompt));

    const argv = ["--", "sh", "-c", 'printf "%s|%s" "$0" "$1"', "{id}", "{prompt}"];
    const argument = await runAtModal(emulator, temp.env, [{ id, prompt }], argv);
    expect(sha256(kept(argument.trials[0]))).toBe(sha256(`${id}|${prompt}`));

    const bytes = "perl -e 'binmode STDOUT; print pack(q(C*), 0..255) x 800'"; // 204,800 bytes
    const tasks = [
      { id: "binary", prompt: bytes },
      { id: "large", prompt: "head -c 64000000 /dev/zero | tr '\\0' x" },
    ];
    const { trials } = await runAtModal(emulator, temp.env, tasks, ["--", "sh", "-c", "{prompt}"]);
    const find = (name: string) => trials.find(({ task_id }) => task_id === name);
    const all = Buffer.alloc(204_800, Buffer.from(Array.from({ length: 256 }, (_, n) => n)));
    expect(sha256(kept(find("binary")))).toBe(sha256(all));
    expect(find("large")).toMatchObject({ outcome: "completed", output_bytes: 64_000_000 });
    expect(sha256(kept(find("large")))).toBe(sha256(Buffer.alloc(64_000_000, "x")));
  });

  test("two arms of the same tasks with other images and files both run", async () => {
    const task = (image: string, text: string) => ({
      id: "same",
      image,
      prompt: "read",
      files: { "skills/note.txt": text },
    });
    const arms = [
      await runAtModal(
        emulator,
        temp.env,
        [task("debian:12", "one")],
        ["--", "cat", "skills/note.txt"],
      ),
      await runAtModal(
        emulator,
        temp.env,
        [task("debian:13", "two")],
        [
          "--modal-setup",
          "mkdir -p /opt && touch /opt/more",
          "--",
          "sh",
          "-c",
          "cat skills/note.txt; ls /opt/more",
        ],
      ),
    ];
    expect(arms.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual([
      { exitCode: 0, stderr: expect.not.stringMatching(/could not/) },
      { exitCode: 0, stderr: expect.not.stringMatching(/could not/) },
    ]);
    expect(arms.map(({ trials }) => trials[0]?.output)).toEqual(["one", "two/opt/more\n"]);
    expect(arms.map(({ trials }) => trials[0]?.image)).toEqual(["debian:12", "debian:13"]);
    expect(new Set(arms.map(({ trials }) => trials[0]?.key)).size).toBe(2);
  });

  test("a GPU makes a sandbox of the first generation, which does all the same", async () => {
    const flags = ["--gpu", "H100:2", "--cpu", "1.5", "--memory", "512", "--", "sh", "-c"];
    const task = {
      id: "gpu",
      prompt: "x",
      files: { a: "1" },
      checks: [{ kind: "exit_code", command: "cat a made", files: { f: "1" } }],
    };
    const { trials, exitCode } = await runAtModal(
      emulator,
      temp.env,
      [task],
      [...flags, "echo made > made; setsid sleep 60 & echo done"],
    );
    expect({
      exitCode,
      outcome: trials[0]?.outcome,
      passed: trials[0]?.checks?.[0]?.passed,
    }).toEqual({
      exitCode: 0,
      outcome: "completed",
      passed: true,
    });
    expect(emulator.sandboxes()[0]).toMatchObject({
      version: 1,
      gpu: "H100:2",
      cpu: 1.5,
      memoryMiB: 512,
    });
    expect(running(emulator)).toEqual([]);
  });

  test("an agent's own file travels, and is part of what a trial is", async () => {
    const file = join(temp.folder, "my-agent");
    const runs: Trial[] = [];
    for (const word of ["one", "two"]) {
      writeFileSync(file, `#!/bin/sh\necho ${word} "$1"\n`);
      const flags = ["--agent-file", file, "--", "{agent}", "{prompt}"];
      const { trials, exitCode, stderr } = await runAtModal(
        emulator,
        temp.env,
        [{ id: "t", prompt: "said" }],
        flags,
      );
      expect(exitCode, stderr).toBe(0);
      runs.push(...trials);
    }
    expect(runs.map(({ output }) => output)).toEqual(["one said\n", "two said\n"]);
    expect(new Set(runs.map(({ key }) => key)).size).toBe(2);

    const program = Buffer.alloc(64);
    program.write("\x7fELF\x02\x01", "latin1");
    program.writeUInt16LE(183, 18); // for arm64
    writeFileSync(file, program);
    const flags = ["--agent-file", file, "--", "{agent}"];
    const wrong = await runAtModal(emulator, temp.env, [{ id: "t", prompt: "p" }], flags);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toMatch(/a program for arm64; sandboxes are amd64/);
  });

  test("a copy of the run in a volume is the run", async () => {
    const args = ["--run-id", "copied", "--trials", "2", "--modal-results-volume", "results"];
    const agent = ["--", "sh", "-c", "echo answer; echo told >&2"];
    const task = { id: "t", prompt: "p" };
    expect(await runAtModal(emulator, temp.env, [task], [...args, ...agent])).toMatchObject({
      exitCode: 0,
    });
    const volume = emulator.volumes().find(({ name }) => name === "results");
    const folder = join(temp.env["MX_HOME"]!, "runs/copied");
    const here = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
    expect(here.length).toBeGreaterThan(3);
    const files = volume?.files ?? {};
    const there = Object.keys(files).map((path) => path.replace(/^\/?runs\/copied\//, ""));
    expect(there.filter((path) => !path.startsWith("trials/")).toSorted()).toEqual(here.toSorted());
    expect(there.filter((path) => path.startsWith("trials/"))).toHaveLength(2);
    for (const [path, bytes] of Object.entries(files)) {
      const name = path.replace(/^\/?runs\/copied\//, "");
      if (!name.startsWith("trials/")) expect(bytes).toBe(statSync(join(folder, name)).size);
    }
  });

  test("flags of the cloud are not silently left out elsewhere", async () => {
    const args = ["--backend", "local", "--gpu", "H100", "--prompt", "x", "--", "true"];
    const { exitCode, stderr } = await runBin("mx-sandbox", args, temp.env);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringMatching(/--gpu needs --backend modal/),
    });
  });

  test("no key of a provider goes to the cloud, and no sandbox looks for a model on its own loopback", async () => {
    const cloud = {
      MODAL_SERVER_URL: "http://192.0.2.1:1",
      MODAL_TOKEN_ID: "a",
      MODAL_TOKEN_SECRET: "b",
    };
    for (const url of ["https://api.example.com/v1", "http://127.0.0.1:4000/v1"]) {
      const { exitCode, stderr, stdout } = await runBin(
        "mx-sandbox",
        ["--backend", "modal", "--prompt", "x", "--model", "m", "--api-url", url],
        { ...temp.env, ...cloud, OPENAI_API_KEY: "secret-of-a-provider" },
      );
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toMatch(/a sandbox in the cloud cannot use .*\n.*mx-proxy --public-url/);
    }
  });

  test("a signal ends the sandboxes, gc those that a killed process left", async () => {
    const args = ["--backend", "modal", "--prompt", "x", "--trials", "3", "--run-id"];
    const sleeping = (run: string) =>
      start("mx-sandbox", [...args, run, "--", "sh", "-c", "echo on; sleep 300"], at());
    const first = sleeping("signalled");
    await until("three sandboxes", () => running(emulator).length === 3);
    first.kill("SIGTERM");
    await sleep(300);
    expect(running(emulator)).toHaveLength(3);
    first.kill("SIGTERM");
    const { exitCode, stdout } = await first;
    expect(exitCode).toBe(143);
    await until("the end of all sandboxes", () => running(emulator).length === 0);
    const written = ofType<Trial>(String(stdout), "trial").map(({ outcome }) => outcome);
    expect(written.filter((outcome) => outcome !== "cancelled")).toEqual([]);

    const killed = sleeping("killed");
    await until("three sandboxes", () => running(emulator).length === 3);
    const gc = async (...flags: string[]) => {
      const ended = await runBin("mx-sandbox", ["gc", ...flags], at());
      expect(ended.stderr).toBe("");
      return ofType<Resource>(ended.stdout, "resource").map(
        ({ action, reason }) => `${action}: ${reason}`,
      );
    };
    expect(await gc()).toEqual(Array(3).fill("keep: its mx-sandbox is alive"));
    killed.kill("SIGKILL");
    await killed;
    expect(await gc("--run", "another")).toEqual([]);
    expect(await gc("--older-than", "3600")).toEqual(
      Array(3).fill("keep: it is younger than --older-than"),
    );
    const found = await gc("--dry-run");
    expect(found).toEqual(Array(3).fill(expect.stringMatching(/^delete: of run killed, since 20/)));
    expect(running(emulator)).toHaveLength(3);
    expect(await gc("--run", "killed")).toEqual(found);
    expect(running(emulator)).toEqual([]);
    expect(await gc()).toEqual([]);
  });
});
