import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { containerInit } from "./container-init.ts";
import { placeLinks } from "./place-links.ts";

/** Puts the init of a container into its run folder. `socat`: how it is called inside; null: there is no relay. */
export function placeInit(run: string, socat: string | null): void {
  writeFileSync(join(run, "init"), containerInit(socat ?? "false"), { mode: 0o644 });
  writeFileSync(join(run, "place-links.cjs"), placeLinks, { mode: 0o644 });
}
