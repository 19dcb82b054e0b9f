import * as z from "zod";
import { trajectoryFormats } from "./trajectories/formats.ts";

const template = z.string().refine((text) => !text.includes("\0"), "must not have a NUL byte");
const pinned = z.string().regex(/^[\w.@/[\]-]+==?[\w.+-]+$/, "expected NAME==VERSION");

/** One word of the command line, or several that are left out together where one of them cannot be filled in. */
const Argument = z.union([template, z.array(template).min(1)]);

const Install = z.union([
  z.strictObject({
    npm: z
      .string()
      .regex(/^(@[\w.-]+\/)?[\w.-]+$/)
      .describe("package of the npm registry"),
    scripts: z.boolean().default(false).describe("run the install scripts of its packages"),
  }),
  z.strictObject({
    pypi: z
      .string()
      .regex(/^[\w.-]+(\[[\w.,-]+\])?$/)
      .describe("package of PyPI"),
    with: z
      .array(pinned)
      .default([])
      .describe("further packages, pinned too: those that its own requirements leave open"),
  }),
  z.strictObject({ file: z.literal(true).describe("the file of --agent-file") }),
  z.strictObject({ bundled: z.literal("mx-agent").describe("it comes with mx") }),
  z.strictObject({ nothing: z.literal(true).describe("it is in the sandbox already") }),
]);

const ConfigFile = z
  .strictObject({
    path: template.describe("absolute, such as {home}/.agent/config.toml"),
    text: template.optional().describe("its content; {json:NAME} is a value in JSON's quotes"),
    json: z.json().optional().describe("its content; texts in it are filled in"),
  })
  .refine(({ text, json }) => (text === undefined) !== (json === undefined), "give text or json");

const Trajectory = z
  .strictObject({
    format: z.enum(trajectoryFormats).describe("how it is read"),
    file: template.optional().describe("path of it"),
    folder: template.optional().describe("folder in which it is looked for, by `name`"),
    name: z.string().min(1).optional().describe("pattern of its file name, as find -name takes it"),
    command: z.array(template).min(1).optional().describe("prints it, after the agent has ended"),
  })
  .refine(
    ({ file, folder, name, command }) =>
      [file, folder, command].filter((one) => one !== undefined).length === 1 &&
      (folder === undefined) === (name === undefined),
    "give file, or folder and name, or command",
  );

/** How somebody's agent is installed, started and read: a file of packages/agent/adapters, or one of your own. */
export const Adapter = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
      .describe("what --agent calls it"),
    about: z.string().optional().describe("one sentence"),
    version: z
      .string()
      .regex(/^\d[\w.+-]*$/)
      .nullable()
      .default(null)
      .describe("the version that is installed; null: it is not installed by mx"),
    install: Install,
    api: z
      .enum(["chat_completions", "messages", "responses", "generate_content"])
      .describe("the API that it speaks to its model"),
    command: z.array(Argument).min(1).describe("the command line, with placeholders"),
    env: z.record(z.string().regex(/^[A-Za-z_]\w*$/), template).default({}),
    files: z.array(ConfigFile).default([]).describe("written before it starts"),
    turn_limit: z
      .boolean()
      .describe("true: it is told the turn limit; false: it knows none, the clock ends it"),
    ends_with_call: z
      .boolean()
      .default(false)
      .describe(
        "true: its last reply calls a tool when it is done, too, not only at the turn limit",
      ),
    zero_on_failure: z
      .boolean()
      .default(false)
      .describe("true: exit status 0 says nothing; what the proxy saw decides"),
    trajectory: Trajectory.nullable().describe("what it leaves of its conversation; null: nothing"),
    skills: template
      .nullable()
      .default(null)
      .describe("folder that it loads skills from; null: it takes {skills_dir}, or none"),
    mcp: z
      .enum(["as_given", "mcp_servers", "codex", "gemini", "opencode"])
      .nullable()
      .default(null)
      .describe(
        "form in which it gets MCP servers, as {mcp_config} (a file) or {mcp} (a value); null: none",
      ),
  })
  .refine(
    ({ install, version }) => version !== null || !("npm" in install || "pypi" in install),
    "an agent that is installed needs a version",
  );
export type Adapter = z.infer<typeof Adapter>;
