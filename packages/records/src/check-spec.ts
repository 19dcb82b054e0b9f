import * as z from "zod";
import { absolutePath } from "./absolute-path.ts";
import { FileContent } from "./file-content.ts";
import { GraderSpec } from "./grader-spec.ts";

const common = {
  name: z
    .string()
    .min(1)
    .optional()
    .describe("name in the result; default: the kind and its position"),
  weight: z
    .number()
    .positive()
    .optional()
    .describe("share in the reward, relative to the others; default 1"),
};

const command = z
  .union([z.string().min(1), z.array(z.string()).min(1)])
  .describe("a shell command line, or an argument vector");

const comparison = {
  equals: z.string().optional().describe("the text, but for white space at both ends, is this"),
  contains: z.string().optional().describe("the text has this in it"),
  matches: z
    .string()
    .optional()
    .describe("the text matches this JavaScript regular expression (flag u)"),
};

/** A command's exit status. The command runs in the trial's workspace, after the agent has ended. */
const ExitCodeCheck = z.object({
  kind: z.literal("exit_code").describe("run a command and look at its exit status"),
  ...common,
  command,
  files: z
    .record(z.string(), FileContent)
    .optional()
    .describe("files for the command, read-only in $MX_CHECKS; the agent never sees them"),
  expect: z.int().min(0).max(255).optional().describe("the exit status that passes; default 0"),
  timeout_ms: z
    .int()
    .positive()
    .optional()
    .describe("limit in ms; over it the check fails; default 60000"),
});

/**
 * A program that writes the reward itself, as verifiers of Harbor and Terminal-Bench do. It runs after the agent has
 * ended, from files that the agent never saw, and writes to a folder that was empty when it started.
 */
const VerifierCheck = z.object({
  kind: z
    .literal("verifier")
    .describe("run a command that writes a reward from 0 to 1 into a file"),
  ...common,
  command,
  files: z
    .record(z.string(), FileContent)
    .optional()
    .describe("files for the command, read-only in `files_path`; the agent never sees them"),
  files_path: absolutePath
    .optional()
    .describe("where they are in the sandbox; default: $MX_CHECKS"),
  output_path: absolutePath
    .optional()
    .describe("folder that the command writes to, such as /logs/verifier; default: $MX_VERIFIER"),
  reward_files: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      "names in that folder, of which the first that is there holds the reward, as a number or as JSON with `reward`; default reward.txt, reward.json",
    ),
  env: z.record(z.string(), z.string()).optional().describe("variables for the command"),
  timeout_ms: z
    .int()
    .positive()
    .optional()
    .describe("limit in ms; over it the check fails; default 600000"),
});

/** A file in the workspace. A missing file fails every comparison. */
const FileCheck = z.object({
  kind: z.literal("file").describe("look at a file of the workspace"),
  ...common,
  path: z.string().min(1).describe("path relative to the workspace, or absolute in the sandbox"),
  exists: z.boolean().optional().describe("false: the file must not be there"),
  ...comparison,
});

/** The agent's final answer: what it wrote to stdout. */
const OutputCheck = z.object({
  kind: z.literal("output").describe("look at the agent's final answer"),
  ...common,
  ...comparison,
});

/** A JSON document, compared by value: key order and number spelling do not matter. */
const JsonCheck = z.object({
  kind: z.literal("json").describe("compare a JSON document by value"),
  ...common,
  path: z
    .string()
    .min(1)
    .optional()
    .describe("file that holds the document; default: the final answer"),
  pointer: z
    .string()
    .optional()
    .describe("JSON Pointer (RFC 6901) of the part to compare; default: all"),
  equals: z.json().describe("the expected value"),
});

/** A check that is run in the trial's own sandbox once the agent's processes are gone. Read by mx-sandbox. */
export const SandboxCheck = z
  .discriminatedUnion("kind", [ExitCodeCheck, VerifierCheck, FileCheck, OutputCheck, JsonCheck])
  .refine(
    (check) =>
      check.kind !== "output" ||
      check.equals !== undefined ||
      check.contains !== undefined ||
      check.matches !== undefined,
    { error: "an `output` check needs `equals`, `contains` or `matches`" },
  );
export type SandboxCheck = z.infer<typeof SandboxCheck>;

/** One way to judge a trial, as a task states it: in the sandbox by mx-sandbox, or from the record by mx-score. */
export const Check = z.union([SandboxCheck, GraderSpec]);
export type Check = z.infer<typeof Check>;
export type VerifierCheck = z.infer<typeof VerifierCheck>;
export type ExitCodeCheck = z.infer<typeof ExitCodeCheck>;
