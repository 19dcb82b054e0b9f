import { ExitCode, MxError } from "@mx/cli";

/**
 * The id that somebody means: a whole one, the beginning of just one, or `last` for the first of `ids`, which are
 * newest first. Throws MxError 2 where there is none or more than one, with the place and a hint of what is there.
 */
export function chooseRun(
  ids: readonly string[],
  wanted: string,
  { place, hint }: { place: string; hint: string },
): string {
  if (ids.includes(wanted)) return wanted;
  const begins = (id: string) => wanted !== "" && id.startsWith(wanted);
  const matches = wanted === "last" ? ids.slice(0, 1) : ids.filter(begins);
  const [first, second] = matches;
  if (first !== undefined && (second === undefined || wanted === "last")) return first;
  if (first === undefined) {
    throw new MxError(`there is no run ${JSON.stringify(wanted)} in ${place}`, {
      code: "unknown_run",
      exitCode: ExitCode.usage,
      hint,
    });
  }
  throw new MxError(`${matches.length} runs begin with ${JSON.stringify(wanted)}`, {
    code: "ambiguous_run",
    exitCode: ExitCode.usage,
    hint: `give more of the id: ${matches.slice(0, 3).join(", ")}${matches.length > 3 ? ", …" : ""}`,
  });
}
