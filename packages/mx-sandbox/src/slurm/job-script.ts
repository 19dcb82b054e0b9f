import { shellQuote } from "@mx/backends/slurm";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What an element of a job array is told. */
export interface JobScriptOptions {
  /** Shell commands of --slurm.setup. */
  setup: string;
  /** Folder that the run was started in: paths in its flags count from there. */
  cwd: string;
  /** The run's folder. */
  folder: string;
  /** Name of the submission. */
  submission: string;
}

/** mx-sandbox's program file: the nodes run the one that submits, by the same path. */
function program(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve("@mx/mx-sandbox/package.json")), "bin.js");
}

/**
 * The script that each element runs. What its node lacks is said here, as far as mx itself needs it to speak. It ends
 * as `exec`, so that Slurm's signals to the script are mx-sandbox's.
 */
export function jobScript({ setup, cwd, folder, submission }: JobScriptOptions): string {
  const node = shellQuote(process.execPath);
  const main = shellQuote(program());
  const shared = "is it on a file system that all nodes share?";
  // `module` and `source` are known to a login shell of bash.
  const shell = setup === "" ? "/bin/sh" : "/bin/bash -l";
  return `#!${shell}
lacks() {
  echo "mx-sandbox: node \${SLURMD_NODENAME:-$(uname -n)} lacks $1" >&2
  exit 69
}
${setup === "" ? "" : `${setup}\n`}cd -- ${shellQuote(cwd)} || lacks "the folder that the run was started in: ${shared}"
[ -x ${node} ] || lacks "node at "${node}": ${shared}"
[ -r ${main} ] || lacks "mx at "${main}": ${shared}"
exec ${node} ${main} element --run ${shellQuote(folder)} --submission ${shellQuote(submission)}
`;
}
