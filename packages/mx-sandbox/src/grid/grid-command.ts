import { defineCommand } from "@mx/cli";
import type { AnyRecord, Cell } from "@mx/records";
import * as z from "zod";

const flags = z.object({
  dim: z
    .array(z.string().min(1))
    .default([])
    .describe("NAME=VALUE,VALUE,… of a dimension; 1..5 is a range; the last goes round fastest"),
  index: z.int().nonnegative().optional().describe("only the cell of this number"),
  cell: z.string().min(1).optional().describe("only this cell: NAME=VALUE,NAME=VALUE,…"),
  results: z
    .array(z.string().min(1))
    .default([])
    .describe("file of records, run of the store, or - for stdin: leave out cells that are done"),
  match: z
    .array(z.string().min(1))
    .default([])
    .describe("DIMENSION=FIELD of the records, such as env=meta.domain, trial=trial+1"),
  want: z
    .int()
    .positive()
    .optional()
    .describe("trials with a result that a cell needs; default: one for each of its tasks"),
  all: z.boolean().default(false).describe("with --results: the cells that are done too"),
});

/** `mx-sandbox grid` as data. */
export const grid = defineCommand({
  name: "grid",
  summary: "Number the combinations of some settings, and find those without their results.",
  description:
    "One record per cell. --format array prints --array=… for sbatch, --format sh assignments for eval. A trial " +
    "belongs to the cell whose values its fields equal as a whole: model, variant, task_id, trial and the like, " +
    "else meta.NAME of its task or a tag NAME=VALUE; --match names another field.",
  flags,
  reads: ["run", "trial"],
  writes: ["cell"],
  formats: ["array", "sh"],
  examples: [
    [
      "sbatch $(mx-sandbox grid --dim env=airline,retail --dim agent=act,react,fc --dim trial=1..5 --format array) job.sh",
      "a sweep as one job array",
    ],
    [
      'eval "$(mx-sandbox grid --dim … --index $SLURM_ARRAY_TASK_ID --format sh)"',
      "in job.sh: $env, $agent and $trial of this element",
    ],
    [
      "mx-sandbox grid --dim model=A,B --dim variant=act,react --results last --format array",
      "what the newest run still owes",
    ],
  ],
  async *run(records, given, { env, note }) {
    const { gridCells } = await import("./grid-cells.ts");
    yield* gridCells(records, given, { env, note });
  },
  async *render(cells, given) {
    const { arrayOption, assignments, cellTable } = await import("./render-cells.ts");
    const { format } = given as { format?: string };
    const render = format === "array" ? arrayOption : format === "sh" ? assignments : cellTable;
    yield* render(cells as AsyncIterable<AnyRecord & Cell>);
  },
});
