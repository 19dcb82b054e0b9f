import { ExitCode, MxError } from "@mx/cli";
import { modalPaths, type ModalSandbox } from "./modal-sandbox.ts";

const oldestNode = 20;

/** Throws MxError 2 where the image of a sandbox has no node that mx-agent runs on. */
export async function checkNode(tag: string, sandbox: ModalSandbox): Promise<void> {
  let said = "";
  const result = await sandbox.exec({
    argv: [modalPaths.node, "--version"],
    timeoutMs: 60_000,
    onStdout: (chunk) => void (said += chunk.toString("utf8")),
  });
  const major = Number(/^v(\d+)\./.exec(said)?.[1] ?? 0);
  if (result.exitCode === 0 && major >= oldestNode) return;
  const found = major === 0 ? "no node" : `node ${said.trim()}`;
  throw new MxError(
    `the image ${tag} has ${found}, and mx-agent needs node ${oldestNode} or later`,
    {
      code: "image_without_node",
      exitCode: ExitCode.usage,
      hint: "choose an image with node, such as node:22-bookworm, or add it with --modal-setup",
    },
  );
}
