import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findProgram } from "../local/bubblewrap.ts";
import { noBubblewrap } from "../testing/test-backend.ts";
import { ownerHost, ownerState, ownerTag } from "./owner-tag.ts";

test("the tag of a process tells whether it is alive, on its own host only", async () => {
  const mine = ownerTag();
  expect(mine).toMatch(/^[\w.-]{1,63}$/);
  expect(ownerState(mine)).toBe("alive");
  const module = fileURLToPath(new URL("owner-tag.ts", import.meta.url));
  const script = `import { ownerTag } from ${JSON.stringify(module)}; console.log(ownerTag());`;
  const argv = ["--import", "tsx", "-e", script];
  const child = spawn(process.execPath, argv, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let tag = "";
  child.stdout.on("data", (chunk: Buffer) => void (tag += chunk.toString()));
  await once(child, "close");
  expect(ownerState(tag.trim())).toBe("dead");
  const elsewhere = mine.replace(/^[^_]*/, "another-host");
  expect([ownerState(elsewhere), ownerHost(elsewhere)]).toEqual(["unknown", "another-host"]);
  expect(ownerState(mine.replace(/_[0-9a-f]{8}_/, "_00000000_"))).toBe("unknown");
  expect(ownerState("somebody")).toBe("unknown");
});

test.skipIf(noBubblewrap)(
  "of a process in a container under the same host name nobody here can tell",
  () => {
    const module = fileURLToPath(new URL("owner-tag.ts", import.meta.url));
    const script = `import { ownerTag } from ${JSON.stringify(module)}; console.log(ownerTag());`;
    const container = ["--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc"];
    const argv = [...container, process.execPath, "--import", "tsx", "-e", script];
    const bwrap = findProgram("bwrap", process.env) ?? "";
    const { stdout } = spawnSync(bwrap, argv, { encoding: "utf8" });
    expect(ownerHost(stdout.trim())).toBe(ownerHost(ownerTag()));
    expect(ownerState(stdout.trim())).toBe("unknown");
  },
);
