import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Most of them wait for programs: with one worker less than there are processors, as is usual, two would idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
