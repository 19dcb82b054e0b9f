import { ExitCode, MxError } from "@mx/cli";
import type { GraderSpec, Trial } from "@mx/records";
import { builtIn } from "./built-in.ts";
import { graderError } from "./grader-error.ts";
import { graderNames, repeatedName } from "./grader-names.ts";

/** Throws MxError 2 for the first grader that cannot be applied. For json_schema, after loadAjv(). */
export function checkGraders(specs: readonly GraderSpec[], hasJudge: boolean): void {
  const repeated = repeatedName(specs);
  if (repeated !== null) {
    const shown = JSON.stringify(repeated);
    throw graderError(`two graders are named ${shown}`, "give each a `name` of its own");
  }
  const names = graderNames(specs);
  for (const [index, spec] of specs.entries()) {
    const problem = builtIn(spec)?.problem?.(spec) ?? null;
    if (problem !== null) {
      throw graderError(
        `grader ${names[index]}: ${problem}`,
        "nothing was graded; correct it first",
      );
    }
    if (spec.kind === "judge" && !hasJudge) throw noJudge(spec);
  }
}

/** A judge was asked for, and there is no model to ask. */
export function noJudge({ name, model }: GraderSpec & { kind: "judge" }): MxError {
  return graderError(
    `grader ${name ?? "judge"} asks ${model}, and no endpoint is set to ask`,
    "set OPENAI_API_KEY, and OPENAI_BASE_URL where it is not OpenAI's, or leave judges out by --grader",
  );
}

/** A record brings a command along, and nobody has allowed that. */
export function refusedCommand({ name, kind }: GraderSpec, trial: Trial): MxError {
  const shown = `${trial.task_id}, trial ${trial.trial}`;
  return new MxError(`${shown} brings along a program to run: grader ${name ?? kind}`, {
    code: "command_from_record",
    exitCode: ExitCode.usage,
    hint: "it would run on this machine without isolation; allow it by --allow-commands, or give graders by --grader",
  });
}
