import { defineCommand } from "@mx/cli";
import { flags } from "./flags.ts";

export const command = defineCommand({
  name: "mx-modal-emulator",
  summary: "Run a Modal on this machine that the real SDK speaks to, without an account.",
  description:
    "Prints the environment to set, then serves until it is told to end: SIGINT, SIGTERM, or the end of stdin with " +
    "--until-stdin-closes. With a command after --, runs it with that environment, and ends with its exit status. " +
    "Sandboxes are processes of this machine, in bubblewrap where that works. Nothing is left " +
    "when it ends.",
  flags,
  rest: "a command to run against the emulator; stdout is the command's own then",
  examples: [
    ["mx-modal-emulator -- mx-setup doctor", "run a program against it"],
    ["mx-modal-emulator --port 9300 --shell", "serve, and say what to export"],
    [
      "mx-modal-emulator --fault SandboxCreateV2=RESOURCE_EXHAUSTED,times=3,retry-after=1",
      "let the first three sandboxes wait",
    ],
    ["mx-modal-emulator --creates-per-second 5 --scheduling-ms 800", "a busy cloud"],
  ],
  async run(records, given, context) {
    // Loaded here so that --help does not pay for a server.
    const { serve } = await import("./serve.ts");
    return serve(records, given, context);
  },
});
