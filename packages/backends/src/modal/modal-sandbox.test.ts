import type { Sandbox } from "modal";
import { expect, test } from "vitest";
import type { ModalConnection } from "./client/open-modal-client.ts";
import { ModalSandbox } from "./modal-sandbox.ts";

test("nothing is run beside what an agent has left that killed the init", async () => {
  const run: string[][] = [];
  const empty = () => new ReadableStream<Uint8Array>({ start: (stream) => stream.close() });
  const exec = async (argv: string[]) => {
    run.push(argv);
    return { stdout: empty(), stderr: empty(), wait: async () => 137 };
  };
  const raw = { sandboxEnd: async () => null, terminate: async () => {} };
  const sandbox = new ModalSandbox({
    sandbox: { sandboxId: "sb-1", exec, detach: () => {} } as unknown as Sandbox,
    connection: { raw } as unknown as ModalConnection,
    env: {},
    modelUrl: null,
    openFiles: null,
    outputBytes: null,
    workdir: undefined,
    endsAt: performance.now() + 60_000,
    onRelease: () => {},
  });
  const agent = await sandbox.exec({ argv: ["agent"], timeoutMs: 1000 });
  expect(agent).toMatchObject({ ended: "exited", exitCode: 137 });
  let said = "";
  const files = [{ path: "check", bytes: Buffer.from("exit 0"), mode: 0o644 }];
  const check = await sandbox.exec({
    argv: ["sh", "/mx/checks/check"],
    mounts: [{ path: "/mx/checks", files }],
    timeoutMs: 1000,
    onStderr: (chunk) => void (said += chunk.toString()),
  });
  expect(check).toMatchObject({ ended: "exited", exitCode: 137 });
  expect(said).toContain("has killed the sandbox's init");
  expect(run).toHaveLength(1);
  await sandbox.release();
});
