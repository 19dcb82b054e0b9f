import { printable } from "@mx/cli";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Launch } from "./shard-watch.ts";

const tailBytes = 2_000;
const mostLines = 3;

/** The last lines that an element wrote to its log, as one; empty where it wrote none. */
export async function elementLog(folder: string, { id, index }: Launch): Promise<string> {
  const path = join(folder, "slurm", "logs", `${id}_${index}.out`);
  const file = await open(path).catch(() => null);
  if (file === null) return "";
  await using _file = file;
  const { size } = await file.stat();
  const from = Math.max(0, size - tailBytes);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(tailBytes), 0, tailBytes, from);
  const lines = buffer.toString("utf8", 0, bytesRead).split("\n");
  return lines
    .map((line) => printable(line.trim()))
    .filter((line) => line !== "")
    .slice(-mostLines)
    .join("; ");
}
