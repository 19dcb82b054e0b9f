import { countOf, objectOf, textOf, type JsonObject } from "../json-value.ts";
import { define, sliceDocument } from "../slice-document.ts";
import { sliceValue } from "../slice-value.ts";
import { messageText } from "../message-text.ts";
import { fileChunks } from "../open-file.ts";
import { RowFault } from "../row-fault.ts";

/** A trajectory file, and what a trial needs to know of it. */
export interface AtifFile {
  /** The document; null where it was not to be kept. */
  document: JsonObject | null;
  /** Steps of the agent. */
  turns: number;
  /** Calls of models: those that steps count, else one per step of the agent. */
  calls: number;
  /** The last text of the agent; null: it wrote none. */
  answer: string | null;
  /** The model of the last step that names one. */
  servedModel: string | null;
  finalMetrics: JsonObject;
}

/**
 * Reads a trajectory in ATIF (models/trajectories/trajectory.py), one step at a time where it is not to be kept.
 * Throws RowFault where it is none.
 */
export async function readAtif(path: string, keep: boolean): Promise<AtifFile> {
  const members: JsonObject = {};
  const steps: unknown[] = [];
  let stepCount = 0;
  const file: AtifFile = {
    document: null,
    turns: 0,
    calls: 0,
    answer: null,
    servedModel: null,
    finalMetrics: {},
  };
  for await (const slice of sliceDocument(fileChunks(path), wantOf(keep))) {
    const value = sliceValue(slice);
    if (slice.index === null) define(members, slice.member, value);
    else {
      takeStep(file, value);
      stepCount += 1;
      if (keep) steps.push(value);
    }
  }
  const version = textOf(members["schema_version"]);
  if (version?.startsWith("ATIF-") !== true) throw new RowFault("the trajectory is not in ATIF");
  if (stepCount === 0) throw new RowFault("the trajectory has no steps");
  file.finalMetrics = objectOf(members["final_metrics"]) ?? {};
  if (keep) file.document = { ...members, steps };
  return file;
}

function wantOf(keep: boolean): (member: string) => "items" | "whole" | "skip" {
  const needed = new Set(["schema_version", "final_metrics"]);
  return (member) => (member === "steps" ? "items" : keep || needed.has(member) ? "whole" : "skip");
}

function takeStep(file: AtifFile, value: unknown): void {
  const step = objectOf(value);
  if (step?.["source"] !== "agent") return;
  file.turns += 1;
  file.calls += countOf(step["llm_call_count"]) ?? 1;
  const text = messageText(step["message"]);
  if (text.trim() !== "") file.answer = text;
  file.servedModel = textOf(step["model_name"]) ?? file.servedModel;
}
