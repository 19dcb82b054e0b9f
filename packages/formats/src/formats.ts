import type { Format } from "./format.ts";
import { goatFormat } from "./goat/goat-format.ts";
import { harborFormat } from "./harbor/harbor-format.ts";
import { inspectFormat } from "./inspect/inspect-format.ts";
import { mxFormat } from "./mx/mx-format.ts";
import { tau2Format } from "./tau2/tau2-format.ts";
import { tauBenchFormat } from "./tau-bench/tau-bench-format.ts";
import { verifiersFormat } from "./verifiers/verifiers-format.ts";

/** Every format, in the order in which they are asked whether they know a file. */
export const formats: readonly Format[] = [
  mxFormat,
  tauBenchFormat,
  tau2Format,
  verifiersFormat,
  inspectFormat,
  harborFormat,
  goatFormat,
];
