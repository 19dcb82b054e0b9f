import { failed, ok, type Finding } from "./finding.ts";
import { runProgram } from "./run-program.ts";

/** Whether socat is there, by which a sandbox that is cut off reaches its model. */
export async function checkSocat(env: NodeJS.ProcessEnv): Promise<Finding> {
  const socat = await runProgram("socat", ["-V"], env);
  return socat === null
    ? failed(
        "socat",
        "there is no socat in PATH: a sandbox could not reach its model",
        "apt-get install socat",
      )
    : ok("socat", /socat version (\S+)/.exec(socat.stdout)?.[1] ?? "of unknown version");
}
