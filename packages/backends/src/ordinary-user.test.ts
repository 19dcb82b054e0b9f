import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findProgram } from "./local/bubblewrap.ts";
import { noBubblewrap, scratchBase } from "./testing/test-backend.ts";

/** Nobody's: systemd leaves these ids free, and our sandboxes begin above. */
const user = 60_599;
const root = fileURLToPath(new URL("../../..", import.meta.url));

const cannot =
  process.getuid?.() !== 0
    ? "these tests run as an ordinary user already"
    : noBubblewrap ||
      (findProgram("setpriv", process.env) === null ? "setpriv is not installed" : "");

function asUser(argv: string[], env: Record<string, string>) {
  const become = ["--reuid", `${user}`, "--regid", `${user}`, "--clear-groups", "--"];
  return spawnSync("setpriv", [...become, ...argv], {
    cwd: root,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], NO_COLOR: "1", ...env },
    timeout: 300_000,
  });
}

test.skipIf(cannot)(
  `the backends pass the same tests as an ordinary user, without control groups ${cannot}`,
  ({ skip }) => {
    const base = scratchBase();
    const home = join(base, "home");
    mkdirSync(home);
    chownSync(home, user, user);
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    // Modal and an engine of containers do not care who runs mx, and a bare process hardly does.
    const names = process.env["MX_FULL"] === undefined ? "local" : "local,process";
    const env = { HOME: home, TMPDIR: home, MX_TEST_BACKENDS: names };
    const reaches = asUser([realpathSync(process.execPath), vitest, "--version"], env);
    if (reaches.status !== 0) skip("an ordinary user cannot read this checkout");
    const files = ["backends.test.ts", "local/isolation", "local/limits", "local/relay"];
    const result = asUser(
      [
        realpathSync(process.execPath),
        vitest,
        "run",
        "--configLoader=runner",
        ...files.map((file) => `packages/backends/src/${file}`),
      ],
      env,
    );
    expect(result.status, result.stdout + result.stderr).toBe(0);
    expect(result.stdout).toMatch(/Tests +\d+ passed/);
  },
  300_000,
);
