import { define, sliceDocument } from "../slice-document.ts";
import { sliceValue } from "../slice-value.ts";
import { objectOf, textOf, type JsonObject } from "../json-value.ts";
import { fileChunks, findFile } from "../open-file.ts";
import { findArm, type AgentArm } from "./agent-arms.ts";

/** What a job's lock says: models/job/lock.py. */
export interface JobLock {
  /** When the job began. */
  createdAt: unknown;
  harborVersion: string | null;
  /** The tasks of each agent, and how many trials it has of them all. */
  tasks: Map<AgentArm, { ids: Set<string>; trials: number }>;
}

/** Reads the lock one trial at a time: it has as many as the job. Throws RowFault where it is damaged. */
export async function readJobLock(folder: string, arms: readonly AgentArm[]): Promise<JobLock> {
  const tasks: JobLock["tasks"] = new Map();
  const members: JsonObject = {};
  const path = await findFile(folder, "lock.json");
  if (path !== null) {
    const want = (name: string) => (name === "trials" ? "items" : "whole");
    for await (const slice of sliceDocument(fileChunks(path), want)) {
      const value = sliceValue(slice);
      if (slice.index === null) {
        define(members, slice.member, value);
        continue;
      }
      const trial = objectOf(value) ?? {};
      const name = textOf(objectOf(trial["task"])?.["name"]);
      const arm = findArm(arms, objectOf(trial["agent"]) ?? {});
      if (name === null || arm === null) continue;
      const known = tasks.get(arm) ?? { ids: new Set<string>(), trials: 0 };
      known.ids.add(name);
      known.trials += 1;
      tasks.set(arm, known);
    }
  }
  return {
    createdAt: members["created_at"],
    harborVersion: textOf(objectOf(members["harbor"])?.["version"]),
    tasks,
  };
}
