import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { modalPlan } from "../../testing/modal-plan.ts";
import { sandboxCommand, sandboxImage } from "./sandbox-command.ts";

test("files are there before the command runs, with every byte of theirs, and the command is the process", () => {
  const folder = mkdtempSync(join(tmpdir(), "mx-serve-"));
  const text = "{% raw %} 'a' \"b\" $HOME `id` \\n\nü\n\n";
  const plan = modalPlan({
    files: { "templates/a b.jinja": text },
    record: { argv: ["cat", "{dir}/templates/a b.jinja", "{host}-{port}"] },
  });
  const chosen = { host: "0.0.0.0", port: 8000, dir: join(folder, "server") };
  try {
    const [shell, ...args] = sandboxCommand(plan, chosen);
    const words = args.slice(0, -1);
    expect(args.at(-1)).toBe("0.0.0.0-8000");
    expect(execFileSync(shell!, words, { encoding: "utf8" })).toBe(text);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what is too long for a command of Modal is refused with a way out", () => {
  const plan = modalPlan({ files: { a: "x".repeat(50_000) } });
  const chosen = { host: "0.0.0.0", port: 8000, dir: "/mx" };
  expect(() => sandboxCommand(plan, chosen)).toThrow(/too many for a sandbox/);
});

test("packages come into an environment of their own, quoted for the shell", () => {
  const plan = modalPlan({ packages: ["litellm[proxy]==1.93.0"], imageSetup: ["USER root"] });
  const { tag, setup } = sandboxImage(plan);
  expect(tag).toBe("debian:bookworm-slim");
  expect(setup[0]).toBe("USER root");
  expect(setup).toContain(
    "RUN uv pip install --python /opt/mx/bin/python 'litellm[proxy]==1.93.0'",
  );
  expect(sandboxImage(modalPlan()).setup).toEqual([]);
});
