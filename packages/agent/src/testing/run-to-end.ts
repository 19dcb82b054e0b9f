import { trajectoryFaults } from "@mx/records";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { AgentReport } from "../agent-report.ts";
import { startAgent } from "./bundled-agent.ts";
import { modelServer, type Answer } from "./model-server.ts";

/** Runs mx-agent against the answers to its end, and checks what must hold for any run. */
export async function runToEnd(
  file: string,
  answers: Answer[],
  args: string[],
  options: { stdin?: string; env?: Record<string, string> } = {},
) {
  await using server = await modelServer(...answers);
  await using agent = await startAgent(file, server.url, args, options);
  const ended = await agent.ended;
  const report = AgentReport.parse(await agent.report());
  const trajectory = await agent.trajectory();
  expect(trajectoryFaults(trajectory)).toEqual([]);
  expect(JSON.stringify(trajectory)).not.toContain("sk-very-secret");
  return { ...ended, report, trajectory, asked: server.asked, files: await readdir(agent.cwd) };
}

/** A folder with files; deleted when it is disposed of. */
export async function folderOf(files: Record<string, string | Buffer>) {
  const path = await mkdtemp(join(tmpdir(), "mx-agent-files-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
