import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Machines } from "../sandbox/machines.ts";

const folder = mkdtempSync(join(tmpdir(), "mx-modal-try-"));

/** Why sandboxes cannot be isolated here, which some tests need; empty: they can. */
export const noIsolation = (await Machines.find(null, folder)).reason ?? "";
rmSync(folder, { recursive: true, force: true });
if (noIsolation !== "") {
  console.warn(
    `skipped: tests that need isolated sandboxes (apt-get install bubblewrap): ${noIsolation}`,
  );
}
