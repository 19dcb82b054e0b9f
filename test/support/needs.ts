import { isThere } from "./is-there.ts";

/** True where sandboxes can be made. Tests that need them say so when they are skipped. */
export const hasBubblewrap = isThere("bwrap") && isThere("socat");
if (!hasBubblewrap)
  console.warn("skipped: tests that need bubblewrap and socat (apt-get install bubblewrap socat)");
