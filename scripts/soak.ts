/**
 * Kills and resumes 200 runs (or as many as the last argument says) and prints what came of them. `modal` as the first
 * argument: 100 kills of runs at an emulated Modal.
 */
import { killModalRuns } from "../test/support/kill-modal-runs.ts";
import { killRuns } from "../test/support/kill-runs.ts";

const [first = "", second] = process.argv.slice(2);
if (first === "modal") {
  const counts = await killModalRuns(Number(second ?? 100), (soFar) => {
    console.error(JSON.stringify(soFar));
  });
  console.log(JSON.stringify(counts));
  const { wrong, ranTwice, leftOver, doneTwice } = counts;
  process.exitCode = wrong + ranTwice + leftOver + doneTwice === 0 ? 0 : 1;
} else {
  const counts = await killRuns(Number(first || 200), (soFar) => {
    if (soFar.runs % 10 === 0) console.error(JSON.stringify(soFar));
  });
  console.log(JSON.stringify(counts));
  process.exitCode = counts.wrong + counts.ranTwice + counts.leftOver === 0 ? 0 : 1;
}
