import { shellQuote } from "./shell-quote.ts";

/** What the verifier of a row is made of. */
export interface SweVerifier {
  baseCommit: string;
  /** Files of tests: those that the base commit has, and those that the patch adds. */
  before: string[];
  added: string[];
  command: string;
  isScript: boolean;
  targets: string[];
}

/**
 * The script that verifies a row: it puts the files of the tests back as they were, applies the patch of tests, runs
 * the tests and grades what they printed. Hooks and monitors of the repository, which the agent can have set, do not run.
 * Where the tests cannot be put in although the patch fits the commit, it is what the agent has left that keeps them out:
 * a reward of 0, and no failure of the row.
 */
export function runScript(o: SweVerifier): string {
  const reset = o.before.map(
    (file) => `git_ checkout -q ${shellQuote(o.baseCommit)} -- ${shellQuote(file)}`,
  );
  const remove = [...o.added, ...o.before].map((file) => `rm -rf -- ${shellQuote(file)}`);
  const run = o.isScript
    ? "bash /tests/eval.sh"
    : `( ${o.command} ${o.targets.map(shellQuote).join(" ")} )`;
  return `#!/bin/bash
# Images of SWE-bench have the repository's own Python in an environment of conda.
if [ -f /opt/miniconda3/bin/activate ]; then
  . /opt/miniconda3/bin/activate && conda activate testbed
fi
git_() { git -c safe.directory='*' -c core.hooksPath=/dev/null -c core.fsmonitor=false "$@"; }
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' GIT_NO_REPLACE_OBJECTS=1
fits() (
  export GIT_INDEX_FILE="$MX_VERIFIER/index"
  git_ read-tree ${shellQuote(o.baseCommit)} && git_ apply --cached --check /tests/test.patch
)
fail() {
  echo "$1" >&2
  fits && echo '{"reward": 0, "why": "the tests cannot be put into what the agent has left"}' >"$MX_VERIFIER/reward.json"
  exit 1
}
# A git that the clock has ended leaves its lock.
rm -f -- "$(git_ rev-parse --git-dir)/index.lock"
${[...remove, ...reset].map((line) => `${line} || fail 'the files of the tests cannot be put back'\n`).join("")}\
${o.isScript ? "" : "git_ apply -v /tests/test.patch || fail 'the patch of the tests does not apply'\n"}\
log="$MX_VERIFIER/test-output.txt"
${run} </dev/null >"$log" 2>&1
echo "tests ended with exit status $?"
tail -n 20 "$log"
exec awk -f /tests/grade.awk /tests/fail_to_pass /tests/pass_to_pass "$log" >"$MX_VERIFIER/reward.json"
`;
}

/** What both graders have in common: which tests must pass, and the reward at the end. */
const head = `\
FILENAME == ARGV[1] { if ($0 != "") first[$0]; next }
FILENAME == ARGV[2] { if ($0 != "") second[$0]; next }
{ sub(/\\r$/, "") }
function good(name) { return state[name] == "PASSED" || state[name] == "XFAIL" }
END {
  for (name in first) { f += 1; fp += good(name) }
  for (name in second) { p += 1; pp += good(name) }
  all = f + p > 0 && f == fp && p == pp
  printf "{\\"reward\\": %d, \\"fail_to_pass\\": \\"%d of %d\\", \\"pass_to_pass\\": \\"%d of %d\\"}\\n", all, fp, f, pp, p
}
`;

/**
 * Grades what \`pytest -rA\` prints: its lines begin, or with -v end, with the state of a test. A name is one word, as
 * SWE-bench's lists have it.
 */
const pytest = `${head}\
{ gsub(/\\033\\[[0-9;]*m/, "") }
/^(PASSED|FAILED|ERROR|XFAIL|XPASS|SKIPPED) / { state[$2] = $1; next }
/ (PASSED|FAILED|ERROR|XFAIL|XPASS|SKIPPED)( +\\[ *[0-9]+%\\])?$/ { if (!($1 in state)) state[$1] = $2 }
`;

/** Grades what Django's runner prints at verbosity 2: a name, the first line of a description perhaps, and a state. */
const django = `${head}\
function set(name, as) { state[name] = as; if (last != "") state[last] = as; last = "" }
/^(FAIL|ERROR): / { name = $0; as = $1 == "FAIL:" ? "FAILED" : "ERROR"; sub(/^[A-Z]+: /, "", name); state[name] = as; next }
/ \\.\\.\\. +(ok|OK)$/ { name = $0; sub(/ \\.\\.\\. +(ok|OK)$/, "", name); set(name, "PASSED"); next }
/ \\.\\.\\. expected failure$/ { name = $0; sub(/ \\.\\.\\. expected failure$/, "", name); set(name, "XFAIL"); next }
/ \\.\\.\\. skipped/ { name = $0; sub(/ \\.\\.\\. skipped.*$/, "", name); set(name, "SKIPPED"); next }
/ \\.\\.\\. FAIL$/ { name = $0; sub(/ \\.\\.\\. FAIL$/, "", name); set(name, "FAILED"); next }
/ \\.\\.\\. ERROR$/ { name = $0; sub(/ \\.\\.\\. ERROR$/, "", name); set(name, "ERROR"); next }
/^[A-Za-z_0-9]+ \\([A-Za-z_0-9.]+\\)$/ { last = $0; next }
{ last = "" }
`;

/** Programs of awk, which every image has, by what the tests print. */
export const graders = { pytest, django } as const;
