import { describe, expect, test } from "vitest";
import { killRuns } from "./support/kill-runs.ts";
import { hasBubblewrap } from "./support/needs.ts";

/** The long form is `npm run soak`. */
const runs = 5;

describe.skipIf(!hasBubblewrap)("SIGKILL", () => {
  test(
    "killed and resumed, every trial has one result and nothing is left",
    { timeout: 180_000 },
    async () => {
      const counts = await killRuns(runs, () => {});
      console.log(counts);
      expect(counts).toMatchObject({ runs, trials: runs * 40, wrong: 0, ranTwice: 0, leftOver: 0 });
      expect(counts.kills).toBeGreaterThan(0);
    },
  );
});
