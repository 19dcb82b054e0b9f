import type { ScoredTrial } from "@mx/records";
import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";

const tasks = 1000;

function trial(n: number): ScoredTrial {
  const passed = (n * 7919) % 3 > 0;
  return {
    type: "trial",
    version: 1,
    key: createHash("sha256").update(String(n)).digest("hex"),
    run_id: "20260101-000000-aaaa",
    task_id: `task-${n % tasks}`,
    variant: "baseline",
    model: "m",
    trial: Math.floor(n / tasks),
    attempt: 0,
    outcome: "completed",
    output: "4",
    checks: [{ name: "answer", kind: "output", passed, weight: 1 }],
    usage: {
      input_tokens: 100,
      output_tokens: 20,
      cached_input_tokens: null,
      reasoning_tokens: null,
      calls: 2,
    },
    cost_usd: 0.001,
    started_at: new Date(1.7e12 + n).toISOString(),
    time_ms: { queue: 1, sandbox: 2, agent: 1000 + (n % 500), model: 500, grade: 3 },
    backend: "local",
    sandbox_id: `s${n}`,
    artifacts: {},
    scores: {},
    reward: passed ? 1 : 0,
    passed,
  };
}

/** Writes trial records of about 600 bytes, each with `extra` bytes more in a field that mx does not know. */
export function writeTrials(path: string, count: number, extra = 0): void {
  const file = openSync(path, "w");
  const more = extra === 0 ? {} : { notes: "what the agent said, ".repeat(Math.ceil(extra / 21)) };
  let text = "";
  for (let n = 0; n < count; n += 1) {
    text += `${JSON.stringify({ ...trial(n), ...more })}\n`;
    if (text.length > 1 << 20 || n === count - 1) {
      writeSync(file, text);
      text = "";
    }
  }
  closeSync(file);
}
