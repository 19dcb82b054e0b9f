import { defineCommand } from "@mx/cli";
import * as z from "zod";

/** What to do with a task folder that cannot be read: as for lines of NDJSON. */
const onBadRecord = z
  .enum(["fail", "skip"])
  .default("fail")
  .describe(
    "what to do with a task that cannot be read: end with 65, or leave it out and count it",
  );

/** `mx-sandbox tasks` as data. */
export const tasks = defineCommand({
  name: "tasks",
  summary: "Write the tasks of Harbor's task folders, or of SWE-bench's rows, as records.",
  description:
    "A PATH is a task folder (task.toml, instruction.md, environment/, tests/, solution/), a folder of such folders, " +
    "or a .jsonl or .json file of rows. The records hold all that a run needs: `mx-sandbox --tasks PATH` runs the same.",
  flags: z.object({ onBadRecord }),
  positionals: [
    {
      name: "PATH",
      describe: "task folder, folder of them, or file of rows",
      required: true,
      repeat: true,
    },
  ],
  examples: [
    ["mx-sandbox tasks terminal-bench/ > tasks.ndjson", "keep them as records"],
    [
      "mx-sandbox tasks terminal-bench/ | jq -c 'select(.meta.difficulty == \"easy\")' | mx-sandbox --model gpt-5-mini",
      "run some of them",
    ],
  ],
  writes: ["task"],
  async *run(_, { onBadRecord: how }, { positionals, note }) {
    const { importTasks, isClosed } = await import("./import-tasks.ts");
    let closed = 0;
    for (const found of importTasks(positionals, { skip: how === "skip", note })) {
      if (isClosed(found)) closed += 1;
      yield found.task;
    }
    if (closed === 0) return;
    note(
      `${closed} of them may not reach the internet, which a run from records cannot know: run those whose meta.harbor.network says so without --network full`,
    );
  },
});
