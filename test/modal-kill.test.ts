import { describe, expect, test } from "vitest";
import { killModalRuns } from "./support/kill-modal-runs.ts";
import { hasBubblewrap } from "./support/needs.ts";

describe.skipIf(!hasBubblewrap)("SIGKILL, in the cloud", () => {
  test(
    "killed, resumed and collected, every trial has one result, and nothing is left or done twice",
    { timeout: 180_000 },
    async () => {
      const counts = await killModalRuns(5, () => {});
      console.log(counts);
      expect(counts).toMatchObject({ wrong: 0, ranTwice: 0, leftOver: 0, doneTwice: 0, kills: 5 });
    },
  );
});
