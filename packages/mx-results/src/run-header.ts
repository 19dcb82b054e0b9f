import { oneLine } from "@mx/cli";
import type { RunDirectory } from "@mx/store";
import { figures } from "./figures.ts";

/** What a run is, as lines of a name and a value. */
export async function runHeader(directory: RunDirectory): Promise<string> {
  const run = await directory.findManifest();
  if (run === null)
    return lines({ run: `${directory.runId} (without a run record)`, folder: directory.path });
  const started = run.started_at === null ? null : Date.parse(run.started_at);
  const took =
    run.ended_at === undefined || started === null ? null : Date.parse(run.ended_at) - started;
  const gone = run.state === "running" && (await directory.holder()) === "gone";
  return lines({
    run: `${directory.runId} · ${gone ? "killed" : run.state}`,
    started: `${run.started_at ?? "-"}${took === null ? "" : `, ended after ${figures.duration(Math.max(0, took))}`}`,
    command: run.command.join(" "),
    agent: run.agent.name,
    models: run.models.map((model) => model ?? "-").join(", "),
    ...(run.variants.length > 1 ? { variants: run.variants.join(", ") } : {}),
    where: `${run.backend}, network ${run.network}, endpoint ${run.endpoint ?? "-"}`,
    planned:
      `${figures.count(run.planned)} trials (${figures.count(run.task_ids?.length)} tasks, ${run.trials} each), ` +
      `${figures.count(run.finished)} with a result, ${figures.count(run.owed)} owed`,
    folder: directory.path,
  });
}

function lines(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name.padEnd(9)}${oneLine(value, 1000)}\n`)
    .join("");
}
