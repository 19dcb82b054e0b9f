import type { Check, Solution, Task } from "@mx/records";
import { isUtf8 } from "node:buffer";
import { filesBelow } from "./file-content.ts";
import type { FoundTask, TaskFolder } from "./found-task.ts";
import { hostNeeded, readEnvironment, readNetwork } from "./harbor-environment.ts";
import { hostVariables } from "./host-variables.ts";
import { shellQuote } from "./shell-quote.ts";
import { taskError } from "./task-error.ts";
import { TomlSection } from "./toml-section.ts";

/** Harbor's limit for a verifier that has none of its own. */
const verifierSeconds = 600;
const hint = "see docs/tasks.md, or pass --on-bad-record skip to leave such tasks out";

/** True where the files are those of a task folder: of Harbor, or of Terminal-Bench before it. */
export function isTaskFolder(names: readonly string[]): boolean {
  return names.includes("task.toml") || names.includes("task.yaml");
}

/**
 * A task folder of Harbor (task.toml up to schema 1.4: harborframework.com/docs/tasks) as a task. Throws MxError 65
 * that names the file, with its line where it has one, for what is wrong or cannot be run.
 */
export function harborTask(folder: TaskFolder): FoundTask {
  const { path, name } = folder;
  const text = (file: string) => textOf(folder, file);
  const toml = text("task.toml");
  if (toml === null) throw oldFolder(folder);
  const root = TomlSection.read(`${path}/task.toml`, toml);
  const notes: string[] = [];
  const note = (what: string) => void notes.push(what);
  if (root.list("steps")?.length) {
    throw root.error("steps", "mx does not run tasks of several steps");
  }
  const version = root.any("schema_version") ?? root.any("version");
  root.any("version");
  const about = root.table("task");
  const metadata = root.table("metadata");
  const agent = root.table("agent");
  const verifier = root.table("verifier");
  const environment = root.table("environment");
  const prompt = text("instruction.md");
  if (prompt === null || prompt.trim() === "") {
    throw taskError(
      `${path}/instruction.md`,
      prompt === null ? "it is not there" : "it is empty",
      hint,
    );
  }
  const { fields, network } = readEnvironment(environment, folder, note);
  const seconds = agent.number("timeout_sec");
  for (const [section, who] of [
    [agent, "the agent"],
    [verifier, "the verifier"],
  ] as const) {
    const user = section.any("user");
    if (user !== undefined && user !== "root" && user !== 0) {
      note(`${who} does not run as ${JSON.stringify(user)}, but as the sandbox's user`);
    }
  }
  const check = readVerifier(verifier, folder, note);
  const solution = readSolution(root.table("solution"), folder);
  const phases = [readNetwork(agent, note), readNetwork(verifier, note)];
  const isMixed = phases.some((phase) => phase !== null && phase !== network);
  if (isMixed) note("agent and verifier have one network here, that of the agent");
  if (root.list("artifacts")?.length) note("its artifacts are not collected");
  root.any("multi_step_reward_strategy");
  // A cache of images is the builder's own matter, and its clock too.
  environment.any("build_timeout_sec");
  const tags = [metadata.list("tags"), about.list("keywords")].flatMap((list) => list ?? []);
  const rest = unknown({ "": root, agent, verifier, environment });
  if (Object.keys(rest).length > 0) {
    note(`not known and kept in meta: ${Object.keys(rest).sort().join(", ")}`);
  }
  const allowed = phases[0] ?? network;
  const task: Task = {
    type: "task",
    version: 1,
    id: about.text("name") ?? name,
    prompt,
    ...fields,
    ...(seconds !== undefined &&
      seconds > 0 && { timeout_ms: Math.max(1, Math.round(seconds * 1000)) }),
    checks: [check],
    ...(solution !== null && { solution }),
    ...(tags.length > 0 && { tags: [...new Set(tags.map(String))] }),
    meta: {
      ...metadata.rest(),
      harbor: {
        schema_version: version ?? null,
        ...(allowed !== null && { network: allowed }),
        ...about.rest(),
        ...rest,
      },
    },
  };
  return { task, network: allowed, notes };
}

function textOf({ files, path }: TaskFolder, name: string): string | null {
  const file = files.find((one) => one.path === name);
  if (file === undefined) return null;
  if (isUtf8(Buffer.from(file.bytes))) return Buffer.from(file.bytes).toString("utf8");
  throw taskError(`${path}/${name}`, "it is not UTF-8", hint);
}

function oldFolder({ path, files }: TaskFolder) {
  if (!files.some((file) => file.path === "task.yaml")) {
    return taskError(`${path}/task.toml`, "it is not there", hint);
  }
  return taskError(
    `${path}/task.yaml`,
    "this is a task of Terminal-Bench 1, and mx reads those of its successor, Harbor",
    `Harbor converts it: harbor tasks migrate -i ${path} -o NEW_FOLDER`,
  );
}

function readVerifier(
  section: TomlSection,
  { path, files }: TaskFolder,
  note: (text: string) => void,
): Check {
  const mode = section.text("environment_mode");
  const own = section.any("environment");
  if (mode === "separate" || (mode === undefined && own !== undefined)) {
    const key = own === undefined ? "environment_mode" : "environment";
    throw section.error(key, "mx runs a verifier in the agent's sandbox only");
  }
  if (section.list("collect")?.length) {
    throw section.error("collect", "mx runs no commands between agent and verifier");
  }
  if (section.table("continuous").flag("enabled") === true) {
    note("its verifier does not run while the agent works");
  }
  if (!files.some((file) => file.path === "tests/test.sh")) {
    throw taskError(`${path}/tests/test.sh`, "it is not there", hint);
  }
  const { env, needed } = hostVariables(section.texts("env"));
  if (needed.length > 0) throw section.error("env", hostNeeded(needed));
  const seconds = section.number("timeout_sec") ?? verifierSeconds;
  return {
    kind: "verifier",
    name: "tests",
    command: "/tests/test.sh",
    files: filesBelow(files, "tests", { run: "test.sh" }),
    files_path: "/tests",
    output_path: "/logs/verifier",
    ...(Object.keys(env).length > 0 && { env }),
    timeout_ms: Math.max(1, Math.round(seconds * 1000)),
  };
}

/** What lies in solution/ is for the solution alone: absolute paths say that it is no part of the workspace. */
function readSolution(section: TomlSection, { files }: TaskFolder): Solution | null {
  const { env, needed } = hostVariables(section.texts("env"));
  if (!files.some((file) => file.path === "solution/solve.sh")) return null;
  if (needed.length > 0) throw section.error("env", hostNeeded(needed));
  const set = Object.entries(env).map(([name, value]) => `export ${name}=${shellQuote(value)}\n`);
  return {
    files: filesBelow(files, "solution", { under: "/solution/", run: "solve.sh" }),
    command: `${set.join("")}/solution/solve.sh`,
  };
}

/** The keys that nobody asked for, by their whole name. */
function unknown(sections: Record<string, TomlSection>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sections).flatMap(([table, section]) =>
      Object.entries(section.rest()).map(([key, value]) => [
        table === "" ? key : `${table}.${key}`,
        value,
      ]),
    ),
  );
}
