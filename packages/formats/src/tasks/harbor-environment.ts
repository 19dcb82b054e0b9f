import type { Resources, Task } from "@mx/records";
import { composeServices } from "./compose-services.ts";
import { filesBelow } from "./file-content.ts";
import type { FoundTask, TaskFolder } from "./found-task.ts";
import { hostVariables } from "./host-variables.ts";
import { taskError } from "./task-error.ts";
import type { TomlSection } from "./toml-section.ts";

/** What the [environment] of a task says, as fields of a task. */
export interface Environment {
  fields: Pick<Task, "image" | "build" | "workdir" | "env" | "resources">;
  network: FoundTask["network"];
}

const skipHint = "pass --on-bad-record skip to leave such tasks out";

/** Reads [environment] and the folder of that name. `note` is told what is not honoured. */
export function readEnvironment(
  section: TomlSection,
  folder: TaskFolder,
  note: (text: string) => void,
): Environment {
  const os = section.text("os");
  if (os !== undefined && os.toLowerCase() !== "linux") {
    throw section.error("os", `mx has sandboxes of Linux only, and this task is for ${os}`);
  }
  if (section.any("tpu") !== undefined) throw section.error("tpu", "mx has no sandboxes with TPUs");
  for (const [key, what] of [
    ["mcp_servers", "its MCP servers are not started: give the agent some with --mcp-config"],
    ["skills_dir", "its skills are not given to the agent: --skills-dir does that"],
    ["healthcheck", "its health check is not run: no service of its image is started"],
    ["gpu_types", "the kind of its GPU is not asked for: --gpu names one"],
  ] as const) {
    const value = section.any(key);
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) note(what);
  }
  const { env, needed, supposed } = hostVariables(section.texts("env"));
  if (needed.length > 0) throw section.error("env", hostNeeded(needed));
  for (const name of supposed) note(`$${name} of the host is not looked at: its default is used`);
  const workdir = section.text("workdir");
  if (workdir !== undefined && !workdir.startsWith("/")) {
    throw section.error("workdir", "expected an absolute path");
  }
  const resources = readResources(section);
  return {
    fields: {
      ...image(section, folder, note),
      ...(workdir !== undefined && { workdir }),
      ...(Object.keys(env).length > 0 && { env }),
      ...(Object.keys(resources).length > 0 && { resources }),
    },
    network: readNetwork(section, note),
  };
}

/** What to say of variables of the host that a task asks for. */
export function hostNeeded(names: string[]): string {
  return `it needs ${names.map((name) => `$${name}`).join(", ")} of the host, and mx puts nothing of the host's into tasks`;
}

function image(
  section: TomlSection,
  { path, files }: TaskFolder,
  note: (text: string) => void,
): Pick<Task, "image" | "build"> {
  const compose = files.find((file) => /^environment\/(docker-)?compose\.ya?ml$/.test(file.path));
  if (compose !== undefined) {
    const where = `${path}/${compose.path}`;
    const services = composeServices(Buffer.from(compose.bytes).toString("utf8"));
    if (services === null || services.names.length > 1) {
      const several =
        services === null
          ? "its services"
          : `${services.names.length} services (${services.names.join(", ")})`;
      throw taskError(where, `mx runs one container, and not ${several}`, skipHint);
    }
    const others = services.keys.filter((key) => key !== "build" && key !== "image");
    if (others.length > 0) note(`${compose.path} is not honoured: ${others.join(", ")}`);
  }
  const tag = section.text("docker_image");
  if (tag !== undefined) return { image: tag };
  const dockerfile = files.find((file) => file.path === "environment/Dockerfile");
  if (dockerfile === undefined) {
    throw taskError(
      `${path}/environment`,
      "there is no Dockerfile, and no docker_image in task.toml",
      `give it one of them, or ${skipHint}`,
    );
  }
  const context = filesBelow(files, "environment");
  delete context["Dockerfile"];
  if (compose !== undefined) delete context[compose.path.slice("environment/".length)];
  const text = Buffer.from(dockerfile.bytes).toString("utf8");
  if (text.trim() === "") throw taskError(`${path}/${dockerfile.path}`, "it is empty", skipHint);
  return {
    build: { dockerfile: text, ...(Object.keys(context).length > 0 && { files: context }) },
  };
}

function readResources(section: TomlSection): Resources {
  const [cpus, gpus] = [section.number("cpus"), section.number("gpus")];
  const memory = section.number("memory_mb") ?? size(section, "memory");
  const disk = section.number("storage_mb") ?? size(section, "storage");
  return {
    ...(cpus !== undefined && cpus > 0 && { cpus }),
    ...(memory !== undefined && memory > 0 && { memory_mib: memory }),
    ...(disk !== undefined && disk > 0 && { disk_mib: disk }),
    ...(gpus !== undefined && gpus > 0 && { gpus: Math.ceil(gpus) }),
  };
}

/** A size as earlier versions of the format write it, `2G`, in MiB. */
function size(section: TomlSection, key: string): number | undefined {
  const value = section.any(key);
  if (value === undefined) return undefined;
  const [, amount, unit] =
    /^\s*([\d.]+)\s*([KMGT])i?B?\s*$/i.exec(typeof value === "string" ? value : "") ?? [];
  if (amount === undefined || unit === undefined || !Number.isFinite(Number(amount))) {
    throw section.error(key, 'expected a size such as "2G"');
  }
  return (Number(amount) * 1024 ** "KMGT".indexOf(unit.toUpperCase())) / 1024;
}

/** What a table says about the network, where it says anything. */
export function readNetwork(
  section: TomlSection,
  note: (text: string) => void,
): FoundTask["network"] {
  const hosts = section.list("allowed_hosts");
  const mode = section.text("network_mode");
  const allows = section.flag("allow_internet");
  if (mode === undefined) return allows === undefined ? null : allows ? "public" : "none";
  if (mode === "no-network") return "none";
  if (mode === "public") return "public";
  if (mode !== "allowlist") {
    throw section.error("network_mode", "expected no-network, public or allowlist");
  }
  const names = (hosts ?? []).map(String).join(", ");
  note(`its list of allowed hosts is not honoured (${names}): --network full allows all`);
  return "allowlist";
}
