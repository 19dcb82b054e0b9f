import {
  adapterFieldNames,
  fillTemplate,
  placeholdersIn,
  type Fields,
  type LoadedAdapter,
} from "@mx/agent/adapters";
import type { Sandbox, SandboxPaths } from "@mx/backends";
import { basename } from "node:path";
import { maxTurns, type AgentCommand } from "../agent-command.ts";
import { placeEquipment } from "../equipment.ts";
import { mcpServersFile } from "../mcp-servers-file.ts";
import type { PlannedTrial } from "../plan.ts";
import { conversation, promptFile, promptText } from "../prompt-text.ts";
import { sandboxArch } from "../sandbox-arch.ts";
import { adapterCommand } from "./adapter-command.ts";
import { adapterSkills } from "./adapter-skills.ts";
import { mcpForAgent } from "./mcp-for-agent.ts";

/** How the adapter of a trial's arm starts its agent. `env`: what every agent has; `installed`: its folder. */
export function startAdapter(
  loaded: LoadedAdapter,
  planned: PlannedTrial,
  { paths }: Pick<Sandbox, "paths">,
  { env, installed }: { env: Record<string, string>; installed: string | undefined },
): AgentCommand {
  const { adapter } = loaded;
  const { equipment } = planned.arm;
  const mcp = mcpForAgent(loaded, equipment.mcp, paths, env);
  const servers = mcp !== null && adapter.mcp === "mcp_servers" ? mcpServersFile(mcp) : null;
  const placed = placeEquipment(
    {
      ...equipment,
      skills: adapter.skills === null ? equipment.skills : [],
      mcp:
        equipment.mcp === null ? null : { ...equipment.mcp, bytes: servers ?? equipment.mcp.bytes },
    },
    paths,
  );
  const used = new Set(adapter.command.flat().flatMap(placeholdersIn));
  const messages = used.has("messages_file") ? conversation(planned) : undefined;
  const text = promptText(planned);
  const file =
    messages === undefined
      ? promptFile(paths, "prompt.txt", text)
      : promptFile(paths, "messages.json", JSON.stringify(messages));
  const path = messages === undefined ? { prompt_file: file.path } : { messages_file: file.path };
  const fields: Fields = {
    ...trialFields(planned, paths, installed),
    ...path,
    prompt: text,
    api_key: env["OPENAI_API_KEY"],
    base_url: env["OPENAI_BASE_URL"],
    origin: env["OPENAI_BASE_URL"]?.replace(/\/v1\/?$/, ""),
    mcp_config: placed.mcpConfig ?? undefined,
  };
  const started = adapterCommand(loaded, { fields, skillsDirs: placed.skillsDirs, mcp });
  const skills =
    adapter.skills === null ? null : fillTemplate(adapter.skills, fields, adapterFieldNames);
  const takesFile = used.has("prompt_file") || used.has("messages_file");
  return {
    ...started,
    files: [
      ...started.files,
      ...(takesFile ? [file] : []),
      ...(skills === null ? [] : adapterSkills(skills, equipment.skills)),
    ],
    mounts: placed.mounts,
    ...(takesFile || used.has("prompt") ? {} : { stdin: Buffer.from(text) }),
  };
}

/** What an adapter can know of a trial before and after its agent ran: nothing of its model or its key. */
export function trialFields(
  planned: PlannedTrial,
  paths: SandboxPaths,
  installed: string | undefined,
): Fields {
  const { task, model, arm, trial } = planned;
  const { flags, sampling } = arm;
  return {
    id: task.id,
    model: model ?? undefined,
    max_turns: String(maxTurns(planned, flags)),
    temperature: text(sampling.temperature),
    top_p: text(sampling.top_p),
    max_tokens: text(sampling.max_tokens),
    seed: text(sampling.seed === null ? null : sampling.seed + trial),
    request_timeout: String(flags.requestTimeout),
    call_retries: String(flags.callRetries),
    install: installed,
    agent: flags.agentFile === undefined ? undefined : `${paths.bin}/${basename(flags.agentFile)}`,
    arch: sandboxArch(flags),
    node: paths.node,
    bin: paths.bin,
    home: paths.home,
    out: paths.out,
    workspace: paths.workspace,
  };
}

function text(value: number | null): string | undefined {
  return value === null ? undefined : String(value);
}
