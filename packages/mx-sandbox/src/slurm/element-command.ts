import { defineCommand } from "@mx/cli";
import * as z from "zod";

const flags = z.object({
  run: z.string().min(1).describe("folder of the run, on a file system that all nodes share"),
  submission: z.string().min(1).describe("name of the job array"),
});

/** `mx-sandbox element` as data. */
export const element = defineCommand({
  name: "element",
  summary: "Run the trials of one element of a job array; --backend slurm submits it.",
  description:
    "Slurm starts it on a node. Its trials and how it ended are below the run's folder, in slurm/shards; nothing is " +
    "written to stdout. SIGINT lets what runs end; SIGTERM, which Slurm sends to all processes of a job, ends it at once.",
  flags,
  hurriesOn: "SIGTERM",
  examples: [],
  async run(_, given, context) {
    const { runElement } = await import("./run-element.ts");
    return runElement(given, context);
  },
});
