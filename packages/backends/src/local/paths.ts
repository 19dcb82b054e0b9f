import { sandboxFolders } from "../files/sandbox-folders.ts";
import type { SandboxPaths } from "../sandbox.ts";

/** Where things are in a local sandbox; `node` depends on the host. */
export const localPaths: Omit<SandboxPaths, "node"> = {
  workspace: "/workspace",
  home: "/home/agent",
  tmp: "/tmp",
  out: "/mx/out",
  bin: "/mx/bin",
  checks: "/mx/checks",
};

/** Where the relay finds the socket of the model. */
export const relaySocket = "/mx/proxy.sock";

/** Search path of commands inside. */
export const searchPath = "/usr/local/bin:/usr/bin:/bin";

/** The writable folders of a sandbox: path inside to name in the scratch folder. */
export const ownFolders: ReadonlyMap<string, string> = new Map(
  sandboxFolders.map((name) => [localPaths[name], name]),
);
