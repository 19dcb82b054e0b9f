import { ExitCode, MxError, nearestName } from "@mx/cli";
import type { Setup } from "../file/read-setup-file.ts";

/** The variables that `--rotate SECRET` or `--rotate SECRET.KEY` are about. Throws MxError 2 for what is not in the file. */
export function rotatedVariables(setup: Setup, given: readonly string[]): Set<string> {
  return new Set(given.flatMap((name) => variablesOf(setup, name)));
}

function variablesOf({ secrets, path }: Setup, name: string): string[] {
  const whole = secrets[name];
  if (whole !== undefined) {
    return Object.entries(whole).map(([key, { variable }]) => variable ?? key);
  }
  const dot = name.lastIndexOf(".");
  const key = name.slice(dot + 1);
  const setting = dot < 0 ? undefined : secrets[name.slice(0, dot)]?.[key];
  if (setting !== undefined) return [setting.variable ?? key];
  const all = Object.entries(secrets).flatMap(([secret, keys]) => [
    secret,
    ...Object.keys(keys).map((key) => `${secret}.${key}`),
  ]);
  const near = nearestName(name, all);
  throw new MxError(`--rotate: ${path} has no secret or key ${JSON.stringify(name)}`, {
    code: "usage",
    exitCode: ExitCode.usage,
    hint: near === null ? "give a secret's name, or SECRET.KEY" : `did you mean ${near}?`,
  });
}
