import { mkdirSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import type { BackendOptions } from "../backend-options.ts";
import { initScript } from "../exec/init-script.ts";
import { limitReport } from "../exec/limit-report.ts";
import { placeTools } from "../local/place-tools.ts";
import { searchPath } from "../local/paths.ts";
import type { HostBackend } from "../sandbox.ts";
import { chooseScratch } from "../scratch/choose-scratch.ts";
import { makeScratchFolder, removeStaleScratch } from "../scratch/scratch-folder.ts";
import { ProcessBackend } from "./process-backend.ts";

/** Opens the backend without isolation. */
export async function openProcess(options: BackendOptions): Promise<HostBackend> {
  const base = chooseScratch(options.scratch, false);
  await removeStaleScratch(base);
  const scratch = makeScratchFolder({
    base,
    runId: options.runId,
    shared: false,
    groups: [],
  });
  mkdirSync(join(scratch, "pipes"), 0o700);
  const init = join(scratch, "mx-init");
  writeFileSync(init, initScript);
  const bin = join(scratch, "bin");
  placeTools(bin, options.tools ?? []);
  return new ProcessBackend({
    limits: limitReport(options.limits, {
      wall_ms: "clock",
      memory_bytes: "rlimit+watch",
      processes: "watch",
      open_files: "rlimit",
      output_bytes: "watch",
      workspace_bytes: "watch",
    }),
    versions: { kernel: release() },
    scratch,
    init,
    bin,
    path: options.env["PATH"] ?? searchPath,
  });
}
