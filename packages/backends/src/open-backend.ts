import { ExitCode, MxError } from "@mx/cli";
import type { BackendOptions } from "./backend-options.ts";
import { openLocal } from "./local/open-local.ts";
import { openProcess } from "./process/open-process.ts";
import type { Backend, HostBackend } from "./sandbox.ts";

/**
 * Opens a backend. What processes that were killed left behind in its scratch folder is removed first.
 * An MxError with exit code 69 says what is missing on this host.
 */
export function openBackend(
  options: BackendOptions & { name: "local" | "process" | "container" },
): Promise<HostBackend>;
export function openBackend(options: BackendOptions): Promise<Backend>;
export async function openBackend(options: BackendOptions): Promise<Backend> {
  if (!/^[\w][\w.-]*$/.test(options.runId)) {
    throw new MxError(`${JSON.stringify(options.runId)} cannot be a run id`, {
      code: "bad_run_id",
      exitCode: ExitCode.usage,
      hint: "letters, digits, `.`, `_` and `-` make a run id",
    });
  }
  switch (options.name) {
    case "local":
      return openLocal(options);
    case "process":
      return openProcess(options);
    case "container": {
      const { openContainer } = await import("./container/open-container.ts");
      return openContainer(options);
    }
    case "modal": {
      // The SDK and what stands on it are loaded by runs that use it.
      const { openModal } = await import("./modal/open-modal.ts");
      return openModal(options);
    }
  }
}
