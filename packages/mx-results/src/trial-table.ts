import { oneLine, table } from "@mx/cli";
import { isResult } from "@mx/records";
import { figures } from "./figures.ts";
import type { StoredTrial } from "./is-type.ts";
import { verdict } from "./verdict.ts";

interface Row {
  task: string;
  model: string;
  variant: string;
  trial: number;
  attempt: number;
  isResult: boolean;
  cells: string[];
}

/** More rows than anybody reads on a terminal; further trials are counted. */
const most = 10_000;

/** A row per trial, its last attempt or its result, sorted by task. Holds 10,000 rows at most. */
export class TrialTable {
  readonly #rows = new Map<string, Row>();
  #others = 0;

  add(trial: StoredTrial): void {
    const row = toRow(trial);
    const known = this.#rows.get(trial.key);
    if (known === undefined && this.#rows.size >= most) {
      this.#others += 1;
      return;
    }
    const counts = Number(row.isResult) - Number(known?.isResult ?? false);
    if (known === undefined || counts > 0 || (counts === 0 && row.attempt >= known.attempt)) {
      this.#rows.set(trial.key, row);
    }
  }

  async text(): Promise<string> {
    if (this.#rows.size === 0) return "\nno trials yet\n";
    const rows = [...this.#rows.values()].sort(byTask);
    const differ = (field: "model" | "variant") => new Set(rows.map((row) => row[field])).size > 1;
    const shown = (["model", "variant"] as const).filter(differ);
    const header = [
      "",
      "task",
      ...shown,
      "trial",
      "reward",
      "outcome",
      "turns",
      "tokens in / out",
      "time",
      "output",
    ];
    const cells = rows.map((row) => {
      const [verdictCell = "", ...others] = row.cells;
      return [verdictCell, row.task, ...shown.map((field) => row[field]), ...others];
    });
    const more =
      this.#others === 0
        ? ""
        : `… and ${this.#others} more attempts; in a pipe all come as records\n`;
    return `\n${await table(header, cells)}${more}`;
  }
}

function toRow(trial: StoredTrial): Row {
  const { usage, fault, attempt } = trial;
  const tries = attempt === 0 ? "" : ` (attempt ${attempt + 1})`;
  const said =
    trial.output.trim() === "" && fault ? `${fault.class}: ${fault.message}` : trial.output;
  return {
    task: oneLine(trial.task_id, 60),
    model: oneLine(trial.model ?? "-", 60),
    variant: oneLine(trial.variant, 60),
    trial: trial.trial,
    attempt,
    isResult: isResult(trial.outcome),
    cells: [
      verdict(trial),
      String(trial.trial),
      figures.number(trial.reward),
      `${trial.outcome}${tries}`,
      figures.count(trial.turns),
      figures.tokens(usage.input_tokens, usage.output_tokens),
      figures.duration(trial.time_ms.agent),
      oneLine(said),
    ],
  };
}

function byTask(a: Row, b: Row): number {
  for (const field of ["task", "model", "variant", "trial"] as const) {
    if (a[field] !== b[field]) return a[field] < b[field] ? -1 : 1;
  }
  return 0;
}
