import { Masker, type RunContext } from "@mx/cli";
import { ProcessGroups } from "@mx/cli/process-groups";
import { readMcpConfig } from "@mx/mcp";
import { noUsage } from "@mx/records";
import { randomUUID } from "node:crypto";
import { stdin } from "node:process";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { AgentFault } from "./agent-fault.ts";
import { AgentFiles } from "./agent-files.ts";
import type { AgentReport } from "./agent-report.ts";
import { checkFlags, settingsOf, withoutKey, workFolder } from "./agent-settings.ts";
import type { Flags } from "./command.ts";
import { endpointSettings } from "./endpoint-settings.ts";
import { equip, plainEquipment } from "./equipment.ts";
import { AgentExitCode } from "./exit-code.ts";
import { initialMessages } from "./initial-messages.ts";
import { Conversation } from "./loop/conversation.ts";
import type { LoopEnd, Spent } from "./loop/run-loop.ts";
import { textToolsPrompt } from "./model/text-calls/text-tools-prompt.ts";
import { runSession } from "./session/run-session.ts";
import { SpillFolder } from "./spill-folder.ts";
import { logInitialMessages } from "./trajectory/log-initial-messages.ts";
import { TrajectoryLog } from "./trajectory/trajectory-log.ts";
import { withPrompts } from "./with-prompts.ts";

const exitCodes = {
  completed: AgentExitCode.completed,
  failed: AgentExitCode.failed,
  max_turns: AgentExitCode.maxTurns,
  infra_error: AgentExitCode.unavailable,
} as const;

/** Carries out one task, or a session of them; the exit code. */
export async function runAgent(flags: Flags, context: RunContext): Promise<number> {
  // The API's library takes the longest to load, so that is under way while the task is read.
  const loading = import("./model/open-model.ts");
  const endpoint = endpointSettings(context.env, flags.model);
  checkFlags(flags);
  const cwd = await workFolder(flags.cwd);
  const env = withoutKey(context.env);
  const mcp = flags.mcpConfig === undefined ? null : readMcpConfig(flags.mcpConfig, env, cwd);
  const source = { ...flags, prompt: context.positionals[0] };
  const messages = await initialMessages(source, context.stop).catch((error: unknown) => {
    if (context.stop.aborted) return null;
    throw error;
  });
  if (messages === null) return AgentExitCode.stopped;
  const masker = new Masker([endpoint.apiKey, ...(mcp?.secrets ?? [])]);
  const note = (text: string) => context.note(masker.text(text));
  using groups = new ProcessGroups();
  await using spill = new SpillFolder();

  let equipment = plainEquipment;
  let fault: { error: unknown } | null = null;
  try {
    const limits = { startMs: flags.mcpStartTimeout * 1000, callMs: flags.mcpCallTimeout * 1000 };
    equipment = await equip(flags.skillsDir, mcp, limits, {
      cwd,
      env,
      groups,
      signal: context.stop,
    });
  } catch (error) {
    fault = { error };
  }
  await using _ = equipment;
  const tools = equipment.tools.map(({ name, description, parameters }) => ({
    type: "function" as const,
    function: { name, description, parameters },
  }));
  const inText = flags.toolCalls === "text" ? [textToolsPrompt(tools)] : [];
  const start = withPrompts(messages, cwd, [...equipment.prompts, ...inText]);
  const log = new TrajectoryLog({
    version: context.version,
    model: endpoint.model,
    tools,
    sessionId: randomUUID(),
    settings: { ...settingsOf(flags), ...equipment.about },
  });
  logInitialMessages(log, start);
  const files = new AgentFiles(flags, log, note);
  let spent: Spent = { turns: 0, usage: noUsage };
  const finish = async (end: AgentReport) => {
    // Servers like to repeat the key that they did not accept.
    const report = { ...end, error: end.error === null ? null : masker.text(end.error) };
    await files.write(report);
    if (report.error !== null) note(report.error);
  };
  try {
    if (fault !== null) throw fault.error;
    await files.write(unfinished(spent));
    const { openModel } = await loading;
    context.progress.start(null, "turns");
    const conversation = new Conversation({
      asking: {
        ask: openModel({ ...flags, ...endpoint, requestTimeoutMs: flags.requestTimeout * 1000 }),
        retry: { retries: flags.retries, note },
        tools,
        signal: context.stop,
      },
      messages: start as ChatCompletionMessageParam[],
      tools: equipment.tools,
      context: {
        cwd,
        groups,
        signal: context.stop,
        env,
        spillFile: (kind) => spill.file(kind),
        mask: (text) => masker.text(text),
      },
      maxTurns: flags.maxTurns,
      tokenLimit: flags.tokenLimit ?? null,
      check: () => equipment.check(),
      log,
      note,
      async turned(now) {
        spent = now;
        context.progress.update(now.turns);
        await files.write(unfinished(now));
      },
    });
    const hasPrompt = messages.at(-1)?.role === "user";
    const { answer, outcome, error } = flags.session
      ? await session(conversation, hasPrompt, context, masker)
      : await conversation.answer();
    await finish({ ...spent, outcome, error });
    if (!flags.session && outcome !== "infra_error" && answer !== "") {
      await context.writeText(answer.endsWith("\n") ? answer : `${answer}\n`);
    }
    return exitCodes[outcome];
  } catch (error) {
    if (context.stop.aborted) {
      await finish({ ...spent, outcome: "failed", error: "stopped by a signal" });
      return AgentExitCode.failed;
    }
    if (error instanceof AgentFault) {
      const { message, faultClass, exitCode } = error;
      await finish({ ...spent, outcome: "infra_error", error: message, fault: faultClass });
      return exitCode;
    }
    await files.write({ ...spent, outcome: "failed", error: masker.text(String(error)) });
    throw error;
  }
}

async function session(
  conversation: Conversation,
  hasPrompt: boolean,
  { stop, writeText }: RunContext,
  masker: Masker,
): Promise<LoopEnd> {
  const mask = (text: string) => masker.text(text);
  const end = await runSession({
    conversation,
    hasPrompt,
    input: stdin,
    stop,
    write: writeText,
    mask,
  });
  if (end === null) throw new AgentFault("input_invalid", "stdin ended before it said anything");
  return end;
}

/** What the report says while the agent works, in case that it gets no further. */
function unfinished(spent: Spent) {
  return { ...spent, outcome: "failed" as const, error: "ended before it was done" };
}
