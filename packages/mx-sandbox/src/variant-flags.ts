import { defineCommand, MxError, parseFlags } from "@mx/cli";
import * as z from "zod";
import { flags, type Flags } from "./flags.ts";
import { splitWords } from "@mx/cli/split-words";
import { usageError } from "./usage-error.ts";

const { shape } = flags;
/** What an arm can have of its own. Not what a run has once: where it runs, what it may cost, which tasks. */
const own = z.object({
  agent: shape.agent.unwrap().optional(),
  model: shape.model.unwrap().optional(),
  maxTurns: shape.maxTurns.unwrap().optional(),
  timeout: shape.timeout.unwrap().optional(),
  requestTimeout: shape.requestTimeout.unwrap().optional(),
  callRetries: shape.callRetries.unwrap().optional(),
  temperature: shape.temperature,
  topP: shape.topP,
  maxTokens: shape.maxTokens,
  seed: shape.seed,
  image: shape.image,
  promptPrefix: shape.promptPrefix,
  skillsDir: shape.skillsDir.unwrap().optional(),
  mcpConfig: shape.mcpConfig,
  mcpHost: shape.mcpHost.unwrap().optional(),
});
const names = Object.keys(own.shape).map(
  (key) => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
);

const command = defineCommand({
  name: "--variant",
  summary: "an arm",
  flags: own,
  rest: "the agent of this arm",
  run: async () => {},
});

/** One --variant, taken apart. */
export interface Variant {
  name: string;
  /** FLAGS as it was given. */
  given: string;
  flags: Partial<Flags>;
  /** The agent of this arm; null: the command line's. */
  rest: string[] | null;
}

/** Reads NAME:FLAGS. Throws MxError 2 that lists what an arm can have. */
export function readVariant(text: string): Variant {
  const [, name, given = ""] = /^([\w.+-]+)(?::(.*))?$/s.exec(text) ?? [];
  if (name === undefined) {
    throw usageError(
      `--variant ${JSON.stringify(text)}: expected NAME:FLAGS`,
      "a name of letters, digits and . _ + -, such as --variant 'warm:--temperature 1'",
    );
  }
  try {
    const words = splitWords(given);
    const { flags: parsed, rest } = parseFlags(command, words, {});
    const { quiet, ...mine } = parsed;
    if (quiet) throw new Error("unknown flag --quiet");
    const hasRest = words.includes("--");
    if (hasRest && rest.length === 0) throw new Error("nothing comes after its --");
    return {
      name,
      given: given.trim(),
      flags: mine as Partial<Flags>,
      rest: hasRest ? rest : null,
    };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const better = error instanceof MxError && error.message.includes("unknown flag");
    const message = `--variant ${name}: ${error.message}`;
    const hint = `an arm can have ${names.join(", ")}, and -- ARGV`;
    throw usageError(better ? `${message}: ${hint}` : message, hint);
  }
}
