import { oneLine, printable } from "@mx/cli";
import { join } from "node:path";
import { figures } from "./figures.ts";
import type { StoredTrial } from "./is-type.ts";
import { verdict } from "./verdict.ts";

/** All that is known of one attempt, for `mx-results show --full`. */
export function trialDetails(trial: StoredTrial, folder: string): string {
  const { usage } = trial;
  const head = [
    `${verdict(trial)}  ${oneLine(trial.task_id)}`,
    `model ${oneLine(trial.model ?? "-")}`,
    `variant ${oneLine(trial.variant)}`,
    `trial ${trial.trial}, attempt ${trial.attempt}`,
    `reward ${figures.number(trial.reward)}`,
    `${trial.outcome}${trial.exit_code === undefined ? "" : `, exit status ${trial.exit_code ?? "-"}`}`,
    `${figures.count(trial.turns)} turns`,
    `tokens ${figures.tokens(usage.input_tokens, usage.output_tokens)}`,
    `cost ${figures.money(trial.cost_usd)}`,
    figures.duration(trial.time_ms.agent),
  ].join(" · ");
  return [
    head,
    `  key ${trial.key}`,
    ...(trial.fault ? [indented("fault", `${trial.fault.class}: ${trial.fault.message}`)] : []),
    ...(trial.checks ?? []).map(({ name, passed, explanation }) =>
      indented(
        `check ${name}: ${passed === null ? "could not be run" : passed ? "passed" : "failed"}`,
        explanation,
      ),
    ),
    ...Object.entries(trial.scores ?? {}).map(([name, { value, explanation }]) =>
      indented(`score ${name}: ${figures.number(value)}`, explanation),
    ),
    ...Object.entries(trial.artifacts).map(([name, { path, bytes }]) =>
      indented(`artifact ${name}`, `${join(folder, path)} (${bytes} bytes)`),
    ),
    indented("output", trial.output === "" ? "(empty)" : trial.output),
    "",
  ].join("\n");
}

/** A named text; one of several lines stands below its name, further in. */
function indented(name: string, text: string | undefined): string {
  const label = `  ${oneLine(name)}`;
  if (text === undefined || text === "") return label;
  const shown = printable(text.replaceAll("\r\n", "\n")).trimEnd();
  if (!shown.includes("\n")) return `${label}: ${shown}`;
  return `${label}:\n${shown.replaceAll(/^/gmu, "    ")}`;
}
