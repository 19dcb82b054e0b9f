import { startEmulator, type Emulator } from "@mx/modal-emulator";
import type { BackendOptions } from "../backend-options.ts";
import type { Backend } from "../sandbox.ts";
import type { TestContainers } from "./container-image.ts";
import { noBubblewrap, testBackend, testContainer, testModal } from "./test-backend.ts";

/** All backends, in the order that they are tested in. */
export const backendNames = ["local", "process", "container", "modal"] as const;

/** Opens backends of one name. */
export interface NamedBackend {
  open(options?: Partial<BackendOptions>): Promise<Backend>;
  /** Ends what they needed; to be called when they are closed. */
  close(): Promise<void>;
}

/** Backends of this name for tests; or why there are none here. `containers`: what `testContainers` has found. */
export function namedBackend(
  name: (typeof backendNames)[number],
  containers: TestContainers | string,
): NamedBackend | string {
  const close = () => Promise.resolve();
  if (name === "process") return { open: (options) => testBackend(name, options), close };
  if (name === "container") {
    if (typeof containers === "string") return containers;
    return { open: (options) => testContainer(containers, options), close };
  }
  if (noBubblewrap) return noBubblewrap;
  if (name === "local") return { open: (options) => testBackend(name, options), close };
  let emulator: Promise<Emulator> | null = null;
  return {
    async open(options) {
      emulator ??= startEmulator();
      return testModal(await emulator, options);
    },
    close: async () => (await emulator)?.close(),
  };
}
