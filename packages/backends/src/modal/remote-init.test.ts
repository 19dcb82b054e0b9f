import { processesWith } from "@mx/cli/testing/processes";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findProgram } from "../local/bubblewrap.ts";
import { noBubblewrap } from "../testing/test-backend.ts";
import { remoteInit } from "./remote-init.ts";

const folder = mkdtempSync(join(tmpdir(), "mx-init-"));
const file = join(folder, "init");
const bwrap = findProgram("bwrap", process.env) ?? "";
writeFileSync(file, remoteInit);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A command under the init, run by a shell in a root of its own. */
function run(shell: string[], seconds: string, argv: string[], host = "none") {
  const links = ["bin", "lib", "lib64"].flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]);
  const root = [
    "--tmpfs",
    "/",
    "--ro-bind",
    "/usr",
    "/usr",
    "--ro-bind",
    file,
    "/mnt/init",
    ...links,
  ];
  const own = ["--unshare-pid", "--proc", "/proc", "--dev", "/dev"];
  const settings = [host, "NONCE", "-", seconds, "/", "-", "-", "-"];
  const all = [...root, ...own, ...shell, "/mnt/init", ...settings, ...argv];
  const { stdout, stderr, status } = spawnSync(bwrap, all, { encoding: "utf8" });
  const line = /(NONCE \w \d+) [\d.]+ [\d.]+ (.*)\n$/;
  return {
    stdout,
    stderr: stderr.replace(line, (_, said: string, text: string) => `${said}${text}\n`),
    status,
  };
}

const shells = [["dash"], ["bash"], ["bash", "--posix"], ["busybox", "sh"]];

describe.skipIf(noBubblewrap).each(shells.map((shell) => [shell.join(" "), shell] as const))(
  "%s",
  (_, shell) => {
    const isThere = findProgram(shell[0] as string, process.env) !== null;
    const marker = `mx-init-marker-${process.pid}`;
    test.skipIf(!isThere).for([
      { script: "echo out; echo err >&2; exit 3", stdout: "out\n", stderr: "err\n\nNONCE e 3\n" },
      { script: "kill -TERM $$", stdout: "", stderr: "\nNONCE e 143\n" },
      { script: "kill -9 $$", stdout: "", stderr: "\nNONCE e 137\n" },
      {
        script: "trap '' TERM INT USR1; sleep 20 & sleep 30",
        seconds: "0.3",
        stdout: "",
        stderr: "\nNONCE t 137\n",
      },
      {
        script: `setsid sh -c 'sleep 60; : ${marker}' & (sleep 61 &); echo on`,
        stdout: "on\n",
        stderr: "\nNONCE e 0\n",
      },
    ])("$script", ({ script, seconds, ...said }) => {
      expect(run(shell, seconds ?? "-", ["sh", "-c", script])).toEqual({ ...said, status: 0 });
      expect(processesWith(marker)).toEqual([]);
    });

    test.skipIf(!isThere)("what is no program is said before it is tried", () => {
      const says = (...argv: string[]) => run(shell, "-", argv).stderr;
      expect(says("no-such-command")).toBe("\nNONCE x 127\n");
      expect(says("/no/such/file")).toBe("\nNONCE x 127\n");
      expect(says("/mnt/init")).toBe("\nNONCE x 126\n");
      expect(says("/usr")).toBe("\nNONCE x 126\n");
    });
  },
);

test.skipIf(noBubblewrap)("a sandbox with the processes of its host is none", () => {
  const script = 'exec dash /mnt/init "$(readlink /proc/self/ns/pid)" NONCE - - / - - - echo ran';
  const { stdout, stderr } = run(["dash", "-c", script], "-", []);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^\nNONCE n 0.*not isolated/);
});
