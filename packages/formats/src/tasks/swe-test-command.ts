import { listOf, objectOf, textOf, type JsonObject } from "../json-value.ts";

/** How the tests of a row are run. */
export interface TestCommand {
  /** A shell command line, to which the tests that are changed are added; or a whole script of the row's own. */
  command: string;
  isScript: boolean;
  /** What it prints: `pytest -rA`, or Django's runner. */
  output: "pytest" | "django";
}

/**
 * The commands of SWE-bench for the repositories whose tests are run in one way over all versions
 * (swebench/harness/constants/python.py).
 */
const known: Readonly<Record<string, string>> = {
  "django/django": "./tests/runtests.py --verbosity 2 --settings=test_sqlite --parallel 1",
  "astropy/astropy": "pytest -rA -vv -o console_output_style=classic --tb=no",
  "matplotlib/matplotlib": "pytest -rA",
  "mwaskom/seaborn": "pytest --no-header -rA",
  "pallets/flask": "pytest -rA",
  "psf/requests": "pytest -rA",
  "pydata/xarray": "pytest -rA",
  "pylint-dev/pylint": "pytest -rA",
  "pytest-dev/pytest": "pytest -rA",
  "scikit-learn/scikit-learn": "pytest -rA",
  "sphinx-doc/sphinx": "tox --current-env -epy39 -v --",
};

/** The command of a row: its own `eval_script`, `test_cmd` or `install_config.test_cmd`, else its repository's. Null: none is known. */
export function testCommand(row: JsonObject): TestCommand | null {
  const repo = textOf(row["repo"]) ?? "";
  const config = objectOf(row["install_config"]);
  const named = `${textOf(row["log_parser"]) ?? ""} ${textOf(config?.["log_parser"]) ?? ""}`;
  const output = repo === "django/django" || named.includes("django") ? "django" : "pytest";
  const script = textOf(row["eval_script"]);
  if (script !== null && script.trim() !== "") return { command: script, isScript: true, output };
  const command = line(row["test_cmd"]) ?? line(config?.["test_cmd"]) ?? known[repo] ?? null;
  return command === null ? null : { command, isScript: false, output };
}

/** A command line, or several in a list, of which each has to work. */
function line(value: unknown): string | null {
  const lines = typeof value === "string" ? [value] : listOf(value).map(String);
  return lines.some((one) => one.trim() !== "") ? lines.join(" && ") : null;
}

/** What a test runner is told to run: the files that a patch of tests changes, as Django's runner names them for it. */
export function testTargets(files: readonly string[], output: TestCommand["output"]): string[] {
  if (output === "pytest") return files.filter((file) => file.endsWith(".py"));
  return files
    .filter((file) => file.endsWith(".py"))
    .map((file) =>
      file
        .replace(/^tests\//, "")
        .replace(/\.py$/, "")
        .replaceAll("/", "."),
    );
}

/** The files that a patch changes: those that are there before it, and those that are there after it. */
export function patchedFiles(patch: string): { before: string[]; after: string[] } {
  const names = (sign: string, side: string) => {
    const line = new RegExp(`^${sign} (?:${side}/)?([^\\t\\n]+)`, "gm");
    const found = [...patch.matchAll(line)].map(([, name = ""]) => name.trim());
    return [...new Set(found)].filter((name) => name !== "/dev/null");
  };
  return { before: names("---", "a"), after: names("\\+\\+\\+", "b") };
}
