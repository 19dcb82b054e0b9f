import type { GraderSpec } from "@mx/records";

/** The flags that say how trials are graded. */
export interface GraderFlags {
  /** `--grader KIND[:ARGUMENT]`, each. */
  grader: readonly string[];
  /** `--graders FILE`. */
  graders?: string | undefined;
  /** `--judge-model MODEL`: asked by judges that name no model of their own. */
  judgeModel?: string | undefined;
}

/**
 * The graders that were given by flags, those of the file after the others; null where none were, so that each
 * trial's own apply. Throws MxError 2 `bad_grader`.
 */
export async function parseGraders(flags: GraderFlags): Promise<GraderSpec[] | null> {
  const { grader, graders, judgeModel } = flags;
  const specs: GraderSpec[] = [];
  // Loaded when needed: the schemas of graders take a program's start some time to make.
  if (grader.length > 0) {
    const { parseGrader } = await import("./parse-grader.ts");
    for (const flag of grader) specs.push(await parseGrader(flag, judgeModel));
  }
  if (graders !== undefined) {
    const { readGraderFile } = await import("./read-grader-file.ts");
    specs.push(...(await readGraderFile(graders, judgeModel)));
  }
  return specs.length === 0 ? null : specs;
}
