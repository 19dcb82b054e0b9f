import { startEmulator, type Emulator, type EmulatorOptions, type Fault } from "@mx/modal-emulator";
import type { Trial } from "@mx/records";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { isFull } from "./support/is-full.ts";
import { runAtModal, running, type ModalRun } from "./support/modal-sandbox.ts";
import { hasBubblewrap } from "./support/needs.ts";
import { tempHome } from "./support/temp-home.ts";

const temp = tempHome();

interface Case {
  what: string;
  /** It waits for as long as a user would: with MX_FULL=1 only. */
  long?: true;
  faults?: Fault[];
  emulator?: EmulatorOptions;
  /** What is done to the first sandbox once its agent runs. */
  hit?: "loseSandbox" | "evict" | "preempt";
  args?: string[];
  exitCode: number;
  /** Of each attempt, its outcome or the class of its fault. */
  attempts: string[];
  message?: RegExp;
}

const unavailable = { code: "UNAVAILABLE" } as const;
const exhausted = { code: "RESOURCE_EXHAUSTED" } as const;

const cases: Case[] = [
  {
    what: "creation fails twice",
    faults: [{ rpc: "SandboxCreateV2", times: 2, error: unavailable }],
    exitCode: 0,
    attempts: ["completed"],
  },
  {
    what: "creation never works",
    faults: [{ rpc: "SandboxCreateV2", times: 1e6, error: unavailable }],
    args: ["--modal-wait", "3"],
    exitCode: 75,
    attempts: ["sandbox_failed", "sandbox_failed"],
    message: /^no sandbox could be made: /,
  },
  {
    what: "Modal asks to come back later",
    faults: [{ rpc: "SandboxCreateV2", times: 3, error: { ...exhausted, retryAfterSecs: 0.2 } }],
    exitCode: 0,
    attempts: ["completed"],
  },
  {
    what: "the workspace is at its limit for a while",
    faults: [{ rpc: "SandboxCreateV2", times: 2, error: exhausted }],
    exitCode: 0,
    attempts: ["completed"],
  },
  {
    what: "a creation hangs",
    faults: [{ rpc: "SandboxCreateV2", hang: true }],
    args: ["--modal-wait", "3"],
    exitCode: 0,
    attempts: ["sandbox_failed", "completed"],
    message: /no answer within 3 s/,
  },
  {
    what: "the answers to a creation are lost, so that a sandbox is there that nobody holds",
    faults: [{ rpc: "SandboxCreateV2", times: 4, error: unavailable, after: true }],
    exitCode: 0,
    attempts: ["completed"],
  },
  {
    what: "the start of a command fails for a while",
    faults: [{ rpc: "TaskExecStart", times: 3, error: unavailable }],
    exitCode: 0,
    attempts: ["completed"],
  },
  {
    what: "the wait for its end fails for a while",
    faults: [{ rpc: "TaskExecWait", times: 2, error: unavailable }],
    exitCode: 0,
    attempts: ["completed"],
  },
  {
    what: "streams of output are cut",
    faults: [{ rpc: "TaskExecStdioRead", times: 3, cutStreamAfterBytes: 20_000 }],
    exitCode: 0,
    attempts: ["completed"],
  },
  {
    what: "output cannot be read at all",
    long: true,
    faults: [{ rpc: "TaskExecStdioRead", times: 1e6, error: unavailable }],
    args: ["--retries", "0"],
    exitCode: 75,
    attempts: ["sandbox_lost"],
    message: /^the sandbox cannot be reached: /,
  },
  {
    what: "the worker of a sandbox is lost",
    hit: "loseSandbox",
    exitCode: 0,
    attempts: ["sandbox_lost", "completed"],
    message: /^the sandbox ended under its command/,
  },
  {
    what: "a sandbox is evicted",
    hit: "evict",
    exitCode: 0,
    attempts: ["sandbox_lost", "completed"],
    message: /^Modal evicted the sandbox/,
  },
  {
    what: "a sandbox is preempted",
    hit: "preempt",
    exitCode: 0,
    attempts: ["sandbox_lost", "completed"],
    message: /^the sandbox was preempted/,
  },
  {
    what: "a sandbox is preempted, and there are no retries",
    hit: "preempt",
    args: ["--retries", "0"],
    exitCode: 75,
    attempts: ["sandbox_lost"],
  },
  {
    what: "a sandbox comes to the end of its life before its time",
    emulator: { timeScale: 2000 },
    args: ["--retries", "0"],
    exitCode: 75,
    attempts: ["sandbox_lost"],
    message: /^the sandbox reached the end of its lifetime/,
  },
  {
    what: "the end of a sandbox is not heard at first",
    faults: [{ rpc: "SandboxTerminateV2", times: 5, error: unavailable }],
    exitCode: 0,
    attempts: ["completed"],
  },
  {
    what: "sandboxes take their time to be scheduled",
    emulator: { schedulingDelayMs: 1500 },
    exitCode: 0,
    attempts: ["completed"],
  },
  {
    what: "the upload of the init fails for a while",
    faults: [{ rpc: "VolumePutFiles2", times: 5, error: unavailable }],
    exitCode: 0,
    attempts: ["completed"],
  },
];

describe.skipIf(!hasBubblewrap)("faults of Modal", { timeout: 60_000 }, () => {
  test.for(cases.filter(({ long }) => isFull || !long).map((each) => [each.what, each] as const))(
    "%s",
    async ([, each]) => {
      await using emulator = await startEmulator(each.emulator ?? {});
      for (const fault of each.faults ?? []) emulator.faults.add(fault);
      const script = "sleep 0.6; head -c 50000 /dev/zero | tr '\\0' x";
      const flags = ["--retries", "1", "--retry-delay", "0", ...(each.args ?? [])];
      const run = runAtModal(
        emulator,
        temp.env,
        [{ id: "t", prompt: "p" }],
        [...flags, ...["--", "sh", "-c", script]],
      );
      if (each.hit !== undefined) await hitFirst(emulator, each.hit);
      const { trials, exitCode, stderr } = await run;
      expect({ exitCode, attempts: trials.map(nameOf) }, stderr).toEqual({
        exitCode: each.exitCode,
        attempts: each.attempts,
      });
      for (const { outcome, output } of trials) {
        if (outcome === "completed") expect(output).toBe("x".repeat(50_000));
      }
      if (each.message !== undefined) expect(trials[0]?.fault?.message).toMatch(each.message);
      expect(running(emulator)).toEqual([]);
    },
  );

  test("more sandboxes than Modal takes at a time come one after the other", async () => {
    await using emulator = await startEmulator({ createsPerSecond: 10 });
    const flags = ["--trials", "30", "--parallel", "30", "--", "true"];
    const { trials, exitCode } = await runAtModal(
      emulator,
      temp.env,
      [{ id: "t", prompt: "p" }],
      flags,
    );
    expect({ exitCode, outcomes: new Set(trials.map(nameOf)) }).toEqual({
      exitCode: 0,
      outcomes: new Set(["completed"]),
    });
    expect(trials).toHaveLength(30);
    expect(emulator.sandboxes()).toHaveLength(30);
  });
});

test("where sandboxes are not isolated, nothing runs, and nothing is a result", async () => {
  await using emulator = await startEmulator({ isolation: "none" });
  const marker = join(temp.folder, "ran");
  const task = { id: "t", prompt: "p", files: { f: "1" } };
  const agent = ["--retries", "0", "--", "touch", marker];
  for (const each of [task, { id: "t", prompt: "p" }]) {
    const { trials, exitCode } = await runAtModal(emulator, temp.env, [each], agent);
    expect({ exitCode, outcomes: trials.map(({ outcome }) => outcome) }).toEqual({
      exitCode: 75,
      outcomes: ["infra_error"],
    });
  }
  expect([marker, "/mx/run", "/workspace/f"].filter((path) => existsSync(path))).toEqual([]);
});

describe.skipIf(!hasBubblewrap)("Modal refuses", { timeout: 60_000 }, () => {
  const runWith = async (
    fault: Fault | null,
    env: Record<string, string>,
    args: string[] = [],
  ): Promise<ModalRun> => {
    await using emulator = await startEmulator();
    if (fault !== null) emulator.faults.add({ times: 1e6, ...fault });
    Object.assign(emulator.env, env);
    return await runAtModal(
      emulator,
      temp.env,
      [{ id: "t", prompt: "p" }],
      [...args, "--", "true"],
    );
  };

  test("an image that cannot be built ends the run, with the build's log", async () => {
    const { exitCode, stderr, stdout } = await runWith(null, {}, [
      "--modal-setup",
      "echo building; false",
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 69, stdout: "" });
    expect(stderr).toMatch(/node:22-bookworm: building\n[^]*could not be built/);
  });

  test("what the account may not do ends the run", async () => {
    const denied = { code: "PERMISSION_DENIED", message: "not yours" } as const;
    const { exitCode, stderr } = await runWith({ rpc: "AppGetOrCreate", error: denied }, {});
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(/app mx-sandbox: not yours\n.*modal token set/);
  });

  test("no credentials, and wrong ones, are said before anything is done", async () => {
    const none = await runWith(null, { MODAL_TOKEN_ID: "", MODAL_TOKEN_SECRET: "" });
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toMatch(/there are no credentials for Modal\n.*modal token set/);
    const wrong = await runWith(null, { MODAL_TOKEN_SECRET: "wrong" });
    expect(wrong.exitCode).toBe(69);
    expect(wrong.stderr).not.toMatch(/wrong"/);
  });

  test("a secret that is not there is named", async () => {
    const { exitCode, stderr } = await runWith(null, {}, ["--modal-secret", "no-such-secret"]);
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(/secret no-such-secret: /);
  });
});

const nameOf = ({ outcome, fault }: Trial) => fault?.class ?? outcome;

/** Does something to the first sandbox while its agent runs. */
async function hitFirst(emulator: Emulator, how: NonNullable<Case["hit"]>): Promise<void> {
  for (;;) {
    const [first] = emulator.sandboxes();
    if (first !== undefined && first.execs > 0) {
      await sleep(200);
      return emulator[how](first.id);
    }
    await sleep(20);
  }
}
