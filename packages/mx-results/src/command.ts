import { defineCommand } from "@mx/cli";
import { add } from "./add.ts";
import { list } from "./list.ts";
import { pull } from "./pull.ts";
import { show } from "./show.ts";

/** mx-results as data: a subcommand per thing that one does with stored runs. */
export const command = defineCommand({
  name: "mx-results",
  summary:
    "The face of the store: lists runs, shows one, adds records to it, pulls runs from the cloud.",
  description:
    "Runs are folders of plain files in $MX_HOME/runs (default: $XDG_DATA_HOME/mx, else ~/.local/share/mx). On a " +
    "terminal the commands print tables; in a pipe they write records.",
  subcommands: { list, show, add, pull },
  examples: [
    [
      "mx-sandbox --batch smoke.json --model gpt-5-mini | mx-score | mx-results add",
      "run, score, keep",
    ],
    ["mx-results list", "the newest runs"],
    ["mx-results show last", "the newest run, trial by trial"],
    ["mx-results show last | jq -r 'select(.passed == false).task_id'", "tasks that were missed"],
  ],
});
