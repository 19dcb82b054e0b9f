import { defineCommand } from "@mx/cli";
import { agents } from "./agents/agents-command.ts";
import { flags } from "./flags.ts";
import { gc } from "./gc-command.ts";
import { grid } from "./grid/grid-command.ts";
import { element } from "./slurm/element-command.ts";
import { tasks } from "./tasks/tasks-command.ts";

/** mx-sandbox as data; the work is in run-trials.ts. */
export const command = defineCommand({
  name: "mx-sandbox",
  summary: "Run trials of tasks in isolated sandboxes; write one record per attempt.",
  description:
    "Tasks come from --prompt, --batch, --tasks, or stdin (NDJSON). The agent is mx-agent, that of --agent, or the command after `--`, in " +
    "which {prompt} {prompt_file} {id} {model} {max_turns} {agent} {skills_dir} {mcp_config} are filled in; with " +
    "neither {prompt} nor {prompt_file} it gets the prompt on stdin. Every finished attempt is on disk in $MX_HOME/runs before it is on stdout.",
  flags,
  subcommands: { agents, element, gc, grid, tasks },
  positionals: [],
  aliases: { m: "model", j: "parallel" },
  rest: "ARGV is the agent, in place of --agent",
  examples: [
    [
      "mx-sandbox --batch smoke.json --model gpt-5-mini --trials 4 | mx-score --k 1,4",
      "four trials of each task, summed up",
    ],
    ["mx-sandbox --prompt 'What is 2+2?' --model gpt-5-mini", "one task"],
    ["mx-sandbox --batch smoke.json --model gpt-5-mini --agent codex", "somebody else's agent"],
    ["mx-sandbox --batch smoke.json -- ./my-agent {prompt_file}", "an agent of your own"],
    [
      "mx-sandbox --batch smoke.json --model gpt-5-mini --skills-dir skills --ab | mx-score compare baseline skills",
      "what the skills are good for",
    ],
    [
      "mx-sandbox --batch smoke.json --model gpt-5-mini --resume last",
      "go on where the last run was killed",
    ],
  ],
  reads: ["task", "endpoint"],
  writes: ["run", "trial", "planned", "check"],
  async *run(records, given, context) {
    // Loaded here so that --help does not pay for backends, keys and the store.
    if (given.dryRun) {
      const { dryRun } = await import("./dry-run.ts");
      return yield* dryRun(records, given, context);
    }
    const { runTrials } = await import("./run-trials.ts");
    return yield* runTrials(records, given, context);
  },
});
