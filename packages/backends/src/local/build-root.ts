import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { initScript } from "../exec/init-script.ts";
import type { Tool } from "../sandbox.ts";
import type { Bubblewrap } from "./bubblewrap.ts";
import type { Root } from "./bwrap-arguments.ts";
import { hostMount } from "./host-mount.ts";
import type { LocalHost } from "./local-host.ts";
import { localPaths, ownFolders } from "./paths.ts";
import { nodeTool, placeTools } from "./place-tools.ts";
import { makeSandboxEtc } from "./sandbox-etc.ts";
import { seccompFilter } from "./seccomp-filter.ts";

/** Where a sandbox has folders of its own. */
const own = [...ownFolders.keys(), "/var/tmp", "/mx", "/proc", "/dev", "/etc"];

/** Puts what all sandboxes of a backend see into its scratch folder, and says how bwrap is to show it. */
export function buildRoot(o: {
  scratch: string;
  bubblewrap: Bubblewrap;
  tools: Tool[];
  readOnlyMounts: string[];
}): { root: Root; host: Pick<LocalHost, "bwrap" | "paths" | "seccompFile"> } {
  const { scratch, bubblewrap } = o;
  const node = nodeTool(localPaths.bin);
  const init = join(scratch, "mx-init");
  writeFileSync(init, initScript);
  const bin = join(scratch, "bin");
  placeTools(bin, [{ name: "mx-init", hostPath: init }, ...node.tools, ...o.tools]);
  const etc = join(scratch, "etc");
  const filter = seccompFilter();
  const seccompFile = filter === null ? null : join(scratch, "seccomp");
  if (filter !== null && seccompFile !== null) writeFileSync(seccompFile, filter);
  return {
    root: {
      bin,
      etc: { folder: etc, mounts: makeSandboxEtc(etc, false) },
      readOnlyMounts: o.readOnlyMounts.map((path) => hostMount(path, { own, root: true })),
      help: bubblewrap.help,
      disableUserns: bubblewrap.help.includes("--disable-userns"),
    },
    host: { bwrap: bubblewrap.path, paths: { ...localPaths, node: node.path }, seccompFile },
  };
}
