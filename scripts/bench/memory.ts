import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measure } from "./measure.ts";
import { writeTrials } from "./trial-file.ts";

const bin = join(import.meta.dirname, "../../node_modules/.bin");

/** Peak memory of mx-score and mx-results add over 100,000 and 1,000,000 trial records. */
export async function* memory(short: boolean) {
  const counts = short ? [10_000, 50_000] : [100_000, 1_000_000];
  const folder = mkdtempSync(join(tmpdir(), "mx-bench-"));
  try {
    for (const count of counts) {
      const input = join(folder, "trials.ndjson");
      writeTrials(input, count);
      for (const [program = "", ...args] of [
        ["mx-score"],
        ["mx-score", "--summary-only"],
        ["mx-results", "add"],
      ]) {
        const env = { ...process.env, MX_HOME: join(folder, `home-${count}`) };
        const argv = [join(bin, program), ...args, "--quiet"];
        const { seconds, peak } = await measure(argv, input, { env, through: "pipe" });
        yield {
          what: `${[program, ...args].join(" ")} over ${count} trial records`,
          peak_rss_mb: Math.round(peak),
          seconds: Number(seconds.toFixed(1)),
          mb_per_second: Math.round(statSync(input).size / 1e6 / seconds),
        };
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
