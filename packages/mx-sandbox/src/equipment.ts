import type { ExecSpec, SandboxFile, SandboxPaths } from "@mx/backends";
import { canonicalJson, sha256, type Equipment } from "@mx/records";
import { dirname, join } from "node:path";
import type { Flags } from "./flags.ts";
import { readFolder } from "./read-folder.ts";
import { readMcpSetup, type McpSetup } from "./read-mcp-setup.ts";
import { usageError } from "./usage-error.ts";

/** What the agent of an arm gets besides the task. */
export interface ArmEquipment {
  /** The files of each folder of --skills-dir. */
  skills: SandboxFile[][];
  mcp: McpSetup | null;
  /** What it is, as a record of type Equipment has it; undefined: nothing. */
  digests: Equipment | undefined;
}

/** Reads what arms are given, each folder and file once, so that all arms get the same. */
export class EquipmentReader {
  readonly #env: NodeJS.ProcessEnv;
  readonly #folders = new Map<string, SandboxFile[]>();
  readonly #setups = new Map<string, McpSetup>();

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** The folders of --skills-dir and the file of --mcp-config. Throws MxError 2 for what is wrong with them. */
  read({
    skillsDir,
    mcpConfig,
    mcpHost,
    apiKeyEnv,
  }: Pick<Flags, "skillsDir" | "mcpConfig" | "mcpHost" | "apiKeyEnv">): ArmEquipment {
    const skills = skillsDir.map((folder) => this.#skills(folder));
    if (mcpConfig === undefined && mcpHost.length > 0) {
      throw usageError(
        "--mcp-host needs --mcp-config",
        "give the file that says what the server is",
      );
    }
    const mcp = mcpConfig === undefined ? null : this.#setup(mcpConfig, mcpHost, apiKeyEnv);
    if (skills.length === 0 && mcp === null) return { skills, mcp, digests: undefined };
    const digests = {
      ...(skills.length > 0 && { skills: foldersDigest(skills) }),
      ...(mcp !== null && { mcp: sha256(canonicalJson(JSON.parse(mcp.bytes.toString("utf8")))) }),
      ...(mcp !== null && mcp.hosts.size > 0 && { mcp_host: [...mcp.hosts.keys()].sort() }),
    };
    return { skills, mcp, digests };
  }

  #skills(folder: string): SandboxFile[] {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const hint = "give a folder with .claude/skills/*/SKILL.md or */SKILL.md in it";
    const files = reading(`--skills-dir ${folder}`, hint, () => readFolder(folder));
    if (!files.some(({ path }) => path.endsWith("/SKILL.md")))
      throw usageError(`--skills-dir ${folder}: there is no skill in it`, hint);
    this.#folders.set(folder, files);
    return files;
  }

  #setup(path: string, hosts: string[], keyEnv: string): McpSetup {
    const name = JSON.stringify([path, hosts]);
    const known = this.#setups.get(name);
    if (known !== undefined) return known;
    const hint = 'an example: {"files": {"command": "mcp-server-files", "args": ["."]}}';
    const setup = reading(`--mcp-config ${path}`, hint, () =>
      readMcpSetup(path, { env: this.#env, keyEnv, hosts }),
    );
    this.#setups.set(name, setup);
    return setup;
  }
}

function reading<T>(what: string, hint: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw usageError(`${what}: ${(error as Error).message}`, hint);
  }
}

function foldersDigest(folders: SandboxFile[][]): string {
  const content = folders.map((files) =>
    files.map(({ path, bytes, mode }) => ({ path, mode, sha256: sha256(bytes) })),
  );
  return sha256(canonicalJson(content));
}

/** Where an agent finds its equipment, read-only, for as long as it runs. */
export interface PlacedEquipment {
  skillsDirs: string[];
  mcpConfig: string | null;
  mounts: NonNullable<ExecSpec["mounts"]>;
}

/** Beside the checks' folder, outside the workspace. */
export function placeEquipment(
  { skills, mcp }: ArmEquipment,
  paths: Pick<SandboxPaths, "checks">,
): PlacedEquipment {
  const folder = dirname(paths.checks);
  const skillsDirs = skills.map((_, n) => join(folder, n === 0 ? "skills" : `skills-${n + 1}`));
  const mcpFolder = join(folder, "mcp");
  return {
    skillsDirs,
    mcpConfig: mcp === null ? null : join(mcpFolder, "mcp.json"),
    mounts: [
      ...skills.map((files, n) => ({ path: skillsDirs[n] as string, files })),
      ...(mcp === null
        ? []
        : [{ path: mcpFolder, files: [{ path: "mcp.json", bytes: mcp.bytes, mode: 0o644 }] }]),
    ],
  };
}
