import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { ExitCode, MxError } from "@mx/cli";
import { shownPath } from "../shown-path.ts";

/**
 * Holds `path` for this process on this host until it is disposed of, and at the latest until the process ends,
 * however it ends: the name is an abstract socket's, which Linux gives to one process and takes back itself.
 */
export async function exclusive(path: string): Promise<AsyncDisposable> {
  const server = createServer();
  const digest = createHash("sha256").update(path).digest("hex");
  try {
    server.listen(`\0mx-setup-${digest}`);
    await once(server, "listening");
  } catch (error) {
    // Elsewhere there are no such names, and two that set up the same at the same moment are on their own.
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE")
      return { async [Symbol.asyncDispose]() {} };
    throw new MxError(`another mx-setup is at work with ${shownPath(path)}`, {
      code: "setup_locked",
      exitCode: ExitCode.usage,
      hint: "wait for it to end",
    });
  }
  server.unref();
  return {
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
