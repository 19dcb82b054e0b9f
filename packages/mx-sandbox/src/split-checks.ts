import { SandboxCheck, type Check, type GraderSpec } from "@mx/records";

const inSandbox: ReadonlySet<string> = new Set(
  SandboxCheck.options.map((option) => option.shape.kind.value),
);

/** A task's checks apart: those that are run in the sandbox, and those that mx-score applies to the record. */
export function splitChecks(checks: readonly Check[]): {
  checks: SandboxCheck[];
  graders: GraderSpec[];
} {
  const isSandboxCheck = (check: Check): check is SandboxCheck => inSandbox.has(check.kind);
  return {
    checks: checks.filter(isSandboxCheck),
    graders: checks.filter((check): check is GraderSpec => !isSandboxCheck(check)),
  };
}
