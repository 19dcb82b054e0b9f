import * as z from "zod";
import { absolutePath } from "./absolute-path.ts";
import { Check } from "./check-spec.ts";
import { FileContent } from "./file-content.ts";

/** How the sandbox's image is made, with all that goes into it: another context is another task. */
const Build = z.object({
  dockerfile: z.string().min(1).describe("text of the Dockerfile"),
  files: z
    .record(z.string(), FileContent)
    .optional()
    .describe("the build context: path relative to it -> content"),
});
export type Build = z.infer<typeof Build>;

/** What the task needs of its machine; a flag of mx-sandbox that is given wins. */
const Resources = z.object({
  cpus: z.number().positive().optional().describe("cores"),
  memory_mib: z.number().positive().optional().describe("memory, in MiB"),
  disk_mib: z.number().positive().optional().describe("what may be written, in MiB"),
  gpus: z.int().nonnegative().optional().describe("graphics cards"),
});
export type Resources = z.infer<typeof Resources>;

/** One message of a conversation that a task starts from, in the shape of OpenAI chat messages. */
const Message = z.object({
  role: z.enum(["system", "user", "assistant"]).describe("who speaks"),
  content: z.string().describe("what is said, verbatim"),
});

/** What a perfect agent would do: files that it would leave in the workspace, and a command that it would run. */
const Solution = z
  .object({
    files: z
      .record(z.string(), FileContent)
      .optional()
      .describe(
        "files put into the workspace: path relative to it -> content; those below /solution are there for its command alone",
      ),
    command: z
      .string()
      .min(1)
      .optional()
      .describe("shell script, run in the workspace after that; its stdout is the final answer"),
  })
  .refine(({ files, command }) => files !== undefined || command !== undefined, {
    error: "give `files`, `command` or both",
  });
export type Solution = z.infer<typeof Solution>;

/**
 * One problem: what to do, in which surroundings, and how the result is judged.
 *
 * Written by people and by other programs, read by mx-sandbox. Its whole content but for `tags`, `cluster`,
 * `meta` and `solution` is part of every trial's key: a changed task is a new task.
 */
export const Task = z
  .object({
    type: z.literal("task").describe("the record type"),
    version: z.literal(1).describe("version of this record type"),
    id: z
      .string()
      .min(1)
      .describe("the task's name, unique in its run; free text, never used as a path"),
    prompt: z.string().min(1).optional().describe("what the agent is asked to do, verbatim"),
    messages: z
      .array(Message)
      .min(1)
      .optional()
      .describe("a conversation to go on from, in place of `prompt`"),
    image: z
      .string()
      .min(1)
      .optional()
      .describe("image of the sandbox, for backends that have images; `local` takes none"),
    build: Build.optional().describe("in place of `image`: how the image is made"),
    workdir: absolutePath
      .optional()
      .describe("path of the workspace inside the sandbox; default: the backend's own"),
    env: z
      .record(z.string(), z.string())
      .optional()
      .describe("variables of the sandbox: of `setup`, the agent and the checks; no secrets"),
    resources: Resources.optional().describe("what it needs of its machine"),
    setup: z
      .string()
      .min(1)
      .optional()
      .describe(
        "shell script that prepares the workspace before the agent starts; not 0 is an infra_error",
      ),
    files: z
      .record(z.string(), FileContent)
      .optional()
      .describe("files put into the workspace before `setup`: path relative to it -> content"),
    checks: z
      .array(Check)
      .min(1)
      .optional()
      .describe("how the result is judged, after the agent has ended"),
    solution: Solution.optional().describe(
      "one way to solve it, for --preflight: no agent ever sees it, and it is not part of a trial's key",
    ),
    target: z.string().optional().describe("the expected answer, for graders that compare outputs"),
    max_turns: z
      .int()
      .positive()
      .optional()
      .describe("turn limit of this task; wins over --max-turns"),
    timeout_ms: z
      .int()
      .positive()
      .optional()
      .describe("wall-clock limit of the agent, in ms; wins over --timeout"),
    cluster: z
      .string()
      .optional()
      .describe("tasks with the same value are not independent (same passage, same repository)"),
    tags: z.array(z.string()).optional().describe("free labels, to select and group by"),
    meta: z.record(z.string(), z.unknown()).optional().describe("anything else; never read by mx"),
  })
  .refine((task) => (task.prompt === undefined) !== (task.messages === undefined), {
    error: "give either `prompt` or `messages`",
  })
  .refine((task) => task.image === undefined || task.build === undefined, {
    error: "give either `image` or `build`",
  });
export type Task = z.infer<typeof Task>;
