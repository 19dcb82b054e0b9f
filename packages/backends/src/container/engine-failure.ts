import { ExitCode, MxError } from "@mx/cli";

/** What engines say, and what to do about it. */
const advice: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /permission denied.*(docker|podman)\.sock|docker\.sock.*permission denied/i,
    "your user may not talk to the engine: join its group (usermod -aG docker USER), or pass --container-engine podman",
  ],
  [
    /cannot connect to the docker daemon|is the docker daemon running|connection refused/i,
    "start it (systemctl start docker), or pass --container-engine podman",
  ],
  [
    /manifest unknown|not found|pull access denied|unauthorized|denied: requested|repository does not exist/i,
    "check the image's name (--image, or a task's `image`), and log in where it is private: the engine's own `login`",
  ],
  [
    /no such host|i\/o timeout|dial tcp|TLS handshake|network is unreachable/i,
    "the registry cannot be reached: pull or load the image by hand, or see to the network",
  ],
  [
    /"?\/bin\/sh"?.*(no such file|not found)|exec: .*sh.*(no such file|not found)/i,
    "mx runs commands by way of /bin/sh: choose an image that has one",
  ],
  [
    /rlimit|crun: set|operation not permitted/i,
    "where the engine may not raise limits or mount, as in a virtual machine or another container, " +
      "--container-runtime runc or a --container-option may help",
  ],
  [
    /no space left/i,
    "make room where the engine keeps its images, or remove some: the engine's own `system prune`",
  ],
];

/** What went wrong with an engine, in its own last words: exit code 69. */
export function engineError(what: string, said: string, code = "container_failed"): MxError {
  const hint = advice.find(([pattern]) => pattern.test(said))?.[1];
  const words = lastWords(said);
  return new MxError(words === "" ? what : `${what}: ${words}`, {
    code,
    exitCode: ExitCode.unavailable,
    hint:
      hint ??
      "--container-engine, --container-runtime and --container-option change how it is called",
  });
}

/** The last lines, on one: engines put their reason at the end. */
function lastWords(said: string): string {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("Run 'docker"));
  return lines.slice(-3).join("; ").slice(-600);
}
