import type { Sandbox } from "@mx/backends";
import type { CheckResult, ExitCodeCheck, SandboxCheck } from "@mx/records";
import { runCommand } from "./checks/run-command.ts";
import { verify, type ValuedVerdict } from "./checks/verifier.ts";
import { compareJson } from "./compare-json.ts";
import { compareText, excerpt, type Mask, type Verdict } from "./compare-text.ts";
import { sandboxFiles } from "./sandbox-files.ts";

const maxFileBytes = 16 * 1024 * 1024;
/** The clock of a check that has none of its own. */
export const defaultTimeoutMs = 60_000;

/** What the checks of a trial are run on. */
export interface Graded {
  sandbox: Sandbox;
  /** The agent's whole final answer. */
  output(): Promise<string>;
  signal: AbortSignal;
  mask: Mask;
}

/**
 * Runs the checks of a task in the trial's sandbox, one after the other.
 *
 * The agent's processes are gone by now, and the files of the checks are put in only for the command that
 * uses them. A check that could not be run has `passed: null`.
 */
export async function runChecks(checks: SandboxCheck[], graded: Graded): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const [index, check] of checks.entries()) {
    const { passed, value, explanation } = await runCheck(check, graded);
    results.push({
      name: check.name ?? `${check.kind}-${index + 1}`,
      kind: check.kind,
      passed,
      ...(value === undefined ? {} : { value }),
      weight: check.weight ?? 1,
      explanation,
    });
  }
  return results;
}

async function runCheck(check: SandboxCheck, graded: Graded): Promise<ValuedVerdict> {
  switch (check.kind) {
    case "exit_code":
      return exitCode(check, graded);
    case "verifier":
      return verify(check, graded);
    case "output":
      return compareText(await graded.output(), check, graded.mask);
    case "file": {
      const text = await readText(graded.sandbox, check.path);
      if (check.exists === false) {
        return { passed: text === null, explanation: text === null ? "not there" : "it is there" };
      }
      if (text === null)
        return { passed: false, explanation: `no file ${excerpt(check.path, graded.mask)}` };
      return compareText(text, check, graded.mask);
    }
    case "json": {
      const text =
        check.path === undefined
          ? await graded.output()
          : await readText(graded.sandbox, check.path);
      if (text === null)
        return { passed: false, explanation: `no file ${excerpt(check.path ?? "", graded.mask)}` };
      return compareJson(text, check.pointer ?? "", check.equals, graded.mask);
    }
  }
}

/** A file's text; null where there is no such file. Over 16 MiB only the beginning is looked at. */
async function readText(sandbox: Sandbox, path: string): Promise<string | null> {
  const file = await sandbox.readFile(path, maxFileBytes);
  return file === null ? null : file.bytes.toString("utf8");
}

async function exitCode(check: ExitCodeCheck, graded: Graded): Promise<Verdict> {
  const { checks: path } = graded.sandbox.paths;
  const run = await runCommand(
    check.command,
    {
      env: { MX_CHECKS: path },
      mounts: [{ path, files: sandboxFiles(check.files) }],
      timeoutMs: check.timeout_ms ?? defaultTimeoutMs,
    },
    graded,
  );
  if (!("result" in run)) return run;
  const { result, said } = run;
  if (result.ended !== "exited") return { passed: false, explanation: `ended by ${result.ended}` };
  const expected = check.expect ?? 0;
  return {
    passed: result.exitCode === expected,
    explanation: `exit ${result.exitCode}${result.exitCode === expected ? "" : `, expected ${expected}${said}`}`,
  };
}
