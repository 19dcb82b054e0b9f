import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { modalPlan } from "../testing/modal-plan.ts";
import { appFile } from "./app-file.ts";

const proxyAuth = true;

test("the same plan gives the same bytes, whatever the order of its variables and files", () => {
  const one = modalPlan({ record: { env: { B: "2", A: "1" } }, files: { b: "2", a: "1" } });
  const other = {
    ...one,
    record: { ...one.record, env: { A: "1", B: "2" } },
    files: { a: "1", b: "2" },
  };
  expect(appFile(one, { proxyAuth })).toEqual(appFile(other, { proxyAuth }));
});

test("each difference of what Modal is told is another file", () => {
  const plan = modalPlan();
  const digests = [
    appFile(plan, { proxyAuth }),
    appFile(plan, { proxyAuth: false }),
    appFile({ ...plan, infra: { ...plan.infra, scaledown_window_s: 60 } }, { proxyAuth }),
    appFile({ ...plan, packages: ["tiny==1.0"] }, { proxyAuth }),
  ].map(({ digest }) => digest);
  expect(new Set(digests).size).toBe(4);
});

test("a value that would end a string, a line or a comment stays a value", () => {
  const bad = `x"\n'''"""\\\nimport os; os.system("touch /tmp/never")\r#`;
  const plan = modalPlan({
    files: { [bad]: bad },
    record: { model: bad, argv: [bad], env: { A: bad }, image: bad, secrets: [bad] },
    infra: { modal_secrets: [bad], volumes: { [`/${bad}`]: bad } },
  });
  const { text } = appFile(plan, { proxyAuth });
  expect(text).not.toMatch(/^\s*import os; /m);
  const names = `
import ast, sys
tree = ast.parse(sys.stdin.read())
print([type(node).__name__ for node in tree.body])`;
  const python = spawnSync("python3", ["-c", names], { input: text });
  if (python.error !== undefined) return console.warn("skipped: there is no python3");
  const plain = spawnSync("python3", ["-c", names], {
    input: appFile(modalPlan(), { proxyAuth }).text,
  });
  expect(python.stdout.toString()).toBe(plain.stdout.toString());
});

test.for([
  ["nvidia/cuda:12.9.0-devel-ubuntu22.04", 'add_python="3.12"'],
  ["python:3.12-slim-bookworm", null],
  ["docker.io/library/python@sha256:0", null],
  ["node:22-alpine", "apk add --no-cache python3"],
])("an image gets a Python where it has none: %s", ([image, wanted]) => {
  const { text } = appFile(modalPlan({ record: { image: image! } }), { proxyAuth });
  expect(text).toContain(JSON.stringify(image));
  if (wanted === null) expect(text).not.toMatch(/add_python|apk add/);
  else expect(text).toContain(wanted);
});

test("a server that keeps state has one container, always", () => {
  const { text } = appFile(modalPlan({ single: true, infra: { max_containers: 5 } }), {
    proxyAuth,
  });
  expect(text).toMatch(/min_containers=1,\n {4}max_containers=1,/);
});

test("Modal's limits hold: a window of 2 s to an hour, a call of a day at most", () => {
  const infra = { scaledown_window_s: 7200, timeout_s: 1_000_000 };
  const { text } = appFile(modalPlan({ infra }), { proxyAuth });
  expect(text).toContain("scaledown_window=3600,");
  expect(text).toContain("timeout=86400,");
});

test("what cannot be served is refused before anything is written", () => {
  const postgres = modalPlan({ probe: { kind: "postgres" } });
  expect(() => appFile(postgres, { proxyAuth })).toThrow(/passes on HTTP only/);
  const secret = modalPlan({ record: { secrets: ["HF_TOKEN"] } });
  expect(() => appFile(secret, { proxyAuth })).toThrow(/needs HF_TOKEN from a secret/);
  const name = modalPlan({ record: { name: "a name with blanks" } });
  expect(() => appFile(name, { proxyAuth })).toThrow(/is no name for an app/);
});
