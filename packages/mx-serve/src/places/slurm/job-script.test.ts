import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { modalPlan, type PlanChanges } from "../../testing/modal-plan.ts";
import { readJobFolder } from "./job-status.ts";
import { jobScript } from "./job-script.ts";

describe.each(["sh", "bash"])("the script of a job in %s", (shell) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mx-job-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function run(changes: PlanChanges, withKey = false) {
    const log = join(folder, "log");
    const plan = modalPlan(changes);
    const place = { folder, jobFolder: folder, log, token: `t-${folder}`, setup: "" };
    const script = jobScript({ plan, withKey, ...place });
    // As under Slurm, the script writes into the file by itself.
    const descriptor = openSync(log, "w");
    const child = spawn(shell, {
      cwd: folder,
      env: { ...process.env, SLURMD_NODENAME: "n1" },
      stdio: ["pipe", descriptor, descriptor],
      // As a job, it leads a process group.
      detached: true,
    });
    closeSync(descriptor);
    child.stdin?.end(script);
    const [exitCode] = (await once(child, "exit")) as [number | null];
    return { exitCode, script, log: readFileSync(log, "utf8"), ...(await readJobFolder(folder)) };
  }

  test("words and values reach the server as they are, filled in with what is known on the node", async () => {
    const words = ["it's", '$HOME `id` \\ "', "{dir}/x", "--port={port}", "", "{other}"];
    const { log, exit, exitCode } = await run({
      record: {
        argv: ["sh", "-c", 'printf "<%s>" "$@" "$VALUE"', "-", ...words],
        env: { VALUE: "a 'b' {dir}" },
      },
    });
    const port = /<--port=(\d+)>/.exec(log)?.[1];
    const filled = [words[0], words[1], `${folder}/x`, `--port=${port}`, "", "{other}"];
    expect(log).toBe([...filled, `a 'b' ${folder}`].map((word) => `<${word}>`).join(""));
    expect(Number(port)).toBeGreaterThanOrEqual(20_000);
    expect({ exit, exitCode }).toEqual({ exit: 0, exitCode: 0 });
  });

  test("the key is read from its file, and is not in the script", async () => {
    writeFileSync(join(folder, "key"), "sk-1 2\n", { mode: 0o600 });
    const argv = ["sh", "-c", 'echo "$THE_KEY"'];
    const { log, script } = await run({ apiKeyEnv: "THE_KEY", record: { argv } }, true);
    expect(log).toBe("sk-1 2\n");
    expect(script).not.toContain("sk-1");
  });

  test("somebody was faster: another port is tried, but for one that was asked for", async () => {
    const argv = ["sh", "-c", "echo port $1; echo 'Address already in use'; exit 1", "-", "{port}"];
    const { log, exit } = await run({ record: { argv } });
    const ports = [...log.matchAll(/^port (\d+)$/gm)].map(([, port]) => port);
    expect(new Set(ports).size).toBe(5);
    expect(exit).toBe(1);
    const asked = await run({ port: Number(ports[0]), record: { argv } });
    expect(asked.log.match(/^port/gm)).toHaveLength(1);
  });

  test("a port that is taken is refused before the server is started", async () => {
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    const { port } = stranger.address() as AddressInfo;
    try {
      const { log, status, exit } = await run({ port, record: { argv: ["echo", "started"] } });
      expect(log).toBe(`mx-serve: port ${port} of n1 is taken by another program\n`);
      expect({ status, exit }).toMatchObject({ status: { port, owner: "stranger" }, exit: 75 });
    } finally {
      stranger.close();
    }
  });

  test("what the server left behind, in a session of its own, is ended with it", async () => {
    const argv = ["sh", "-c", "setsid sleep 600 & echo $!; sleep 0.2"];
    const { log, exit } = await run({ record: { argv } });
    expect(exit).toBe(0);
    await expect
      .poll(() => {
        try {
          return readFileSync(`/proc/${log.trim()}/stat`, "utf8").includes(") Z");
        } catch {
          return true;
        }
      })
      .toBe(true);
  });
});
