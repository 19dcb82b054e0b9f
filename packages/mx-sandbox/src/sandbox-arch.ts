import type { Flags } from "./flags.ts";

/** The processor of a sandbox, as Node names it: Modal has machines of one kind; one on this host is like the host. */
export function sandboxArch({ backend }: Pick<Flags, "backend">): string {
  return backend === "modal" ? "x64" : process.arch;
}
