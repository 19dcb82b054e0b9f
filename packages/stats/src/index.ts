export { bootstrapInterval, type BootstrapOptions } from "./bootstrap-interval.ts";
export type { Clusters } from "./cluster-totals.ts";
export { clusteredInterval } from "./clustered-interval.ts";
export { ExactSum } from "./exact-sum.ts";
export { hash64, hexHash, type Hash64 } from "./hash64.ts";
export { HashIndex } from "./hash-index.ts";
export { Histogram } from "./histogram.ts";
export { holm } from "./holm.ts";
export { clipInterval, type Interval } from "./interval.ts";
export { manskiBounds, type TaskCoverage } from "./manski-bounds.ts";
export { mcnemar } from "./mcnemar.ts";
export { mean } from "./mean.ts";
export { meanInterval } from "./mean-interval.ts";
export { normalQuantile } from "./normal-quantile.ts";
export { pairedProportionsInterval } from "./paired-proportions-interval.ts";
export { pairedT, type PairedT } from "./paired-t.ts";
export { passAtK } from "./pass-at-k.ts";
export { passHatK } from "./pass-hat-k.ts";
export {
  smallestVisible,
  tasksNeeded,
  trialsNeeded,
  visibleEffect,
  type Demand,
  type Spread,
} from "./planning.ts";
export { Random } from "./random.ts";
export { rerunInterval } from "./rerun-interval.ts";
export { SeenSet } from "./seen-set.ts";
export { signFlip, type SignFlip, type SignFlipOptions } from "./sign-flip.ts";
export { skewness } from "./skewness.ts";
export { standardDeviation } from "./standard-deviation.ts";
export { standardError, type StandardError } from "./standard-error.ts";
export { studentP } from "./student-p.ts";
export { studentQuantile } from "./student-quantile.ts";
export { taskMeanInterval, type TaskMeanOptions } from "./task-mean-interval.ts";
export { unlikeInterval } from "./unlike-interval.ts";
export { wilson } from "./wilson.ts";
