/**
 * Measures what mx promises, ours and a peer in one run, and prints figures and ratios as NDJSON.
 *
 *   npm run bench [throughput] [memory] [score] [startup] [proxy] [proxy-slow] [modal] [slurm] [-- --short]
 */
import { memory } from "./bench/memory.ts";
import { modal } from "./bench/modal.ts";
import { proxy } from "./bench/proxy.ts";
import { proxySlow } from "./bench/proxy-slow.ts";
import { score } from "./bench/score.ts";
import { slurm } from "./bench/slurm.ts";
import { startup } from "./bench/startup.ts";
import { throughput } from "./bench/throughput.ts";

const benchmarks = {
  throughput,
  memory,
  score,
  startup,
  proxy,
  "proxy-slow": proxySlow,
  modal,
  slurm,
};
type Name = keyof typeof benchmarks;

const short = process.argv.includes("--short");
const named = process.argv.slice(2).filter((argument): argument is Name => argument in benchmarks);
for (const name of named.length > 0 ? named : (Object.keys(benchmarks) as Name[])) {
  for await (const figure of benchmarks[name](short))
    console.log(JSON.stringify({ benchmark: name, ...figure }));
}
