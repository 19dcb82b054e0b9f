import type { FormatName } from "../format-names.ts";
import { sampleRun } from "./sample-run.ts";
import { writeGoat } from "./write-goat.ts";
import { writeHarbor } from "./write-harbor.ts";
import { writeInspectEval, writeInspectJson } from "./write-inspect.ts";
import { writeMx, writeMxFolder } from "./write-mx.ts";
import { writeTau2, writeTau2Folder } from "./write-tau2.ts";
import { writeTauBench, writeTauBenchLines } from "./write-tau-bench.ts";
import { writeVerifiersLegacy, writeVerifiersV1 } from "./write-verifiers.ts";

/** A way to write the sample run. */
export interface Fixture {
  name: string;
  format: FormatName;
  /** Writes into the folder, and gives the path of what it wrote. */
  write: (folder: string) => Promise<string>;
  /** Outcomes that the format has no words for, and what they become. */
  outcomes?: Record<string, string>;
  /** What it leaves out: the conversation, or judgements. */
  lacks?: "conversation" | "rewards";
}

/** Every fixture. */
export const fixtures: Fixture[] = [
  { name: "mx", format: "mx", write: writeMx },
  { name: "mx, a run folder", format: "mx", write: writeMxFolder },
  {
    name: "tau-bench",
    format: "tau-bench",
    write: writeTauBench,
    outcomes: { timeout: "max_turns" },
  },
  {
    name: "tau-bench, reduced lines",
    format: "tau-bench",
    write: writeTauBenchLines,
    outcomes: { timeout: "max_turns" },
    lacks: "conversation",
  },
  { name: "tau2", format: "tau2", write: writeTau2 },
  { name: "tau2, a folder", format: "tau2", write: writeTau2Folder },
  { name: "verifiers, legacy", format: "verifiers", write: writeVerifiersLegacy },
  {
    name: "verifiers, legacy, the file",
    format: "verifiers",
    write: async (folder) => `${await writeVerifiersLegacy(folder)}/results.jsonl`,
  },
  { name: "verifiers v1", format: "verifiers", write: writeVerifiersV1 },
  {
    name: "verifiers v1, the file",
    format: "verifiers",
    write: async (folder) => `${await writeVerifiersV1(folder)}/traces.jsonl`,
  },
  { name: "inspect, .eval", format: "inspect", write: (folder) => writeInspectEval(folder) },
  { name: "inspect, .json", format: "inspect", write: (folder) => writeInspectJson(folder) },
  {
    name: "harbor",
    format: "harbor",
    write: writeHarbor,
    // Harbor does not know why an agent stopped.
    outcomes: { max_turns: "completed" },
  },
  { name: "goat", format: "goat", write: (folder) => writeGoat(folder), lacks: "rewards" },
  {
    name: "goat, the file",
    format: "goat",
    write: async (folder) => `${await writeGoat(folder)}/summary.json`,
    lacks: "rewards",
  },
  {
    name: "goat without its summary",
    format: "goat",
    write: (folder) => writeGoat(folder, sampleRun, { withSummary: false }),
    lacks: "rewards",
  },
];
