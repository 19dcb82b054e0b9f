import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCsv } from "./testing-csv.ts";
import { attribution, comparison, finding, plan, summary } from "./testing-records.ts";
import { rendered } from "./testing-render.ts";
import { textWidth } from "./text-width.ts";

/** What must not reach a terminal: all controls but the newline, and what is not seen but for the joiners. */
const forbidden = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Shrinking what fails may take long, and what it began with says enough. */
const limits = { numRuns: 200, interruptAfterTimeLimit: 20_000 };

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom(
    "\u001b[2J\u001b]0;owned\u0007",
    "a\r\nforged: line",
    "漢字".repeat(40),
    "x".repeat(300),
    "| a | b |",
    "`\\|`",
    "\\|",
    '=HYPERLINK("http://x","y")',
    "\u202egnp.exe",
    "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
    "👩\u200d🚀☺\u{fe0f}".repeat(9),
    "",
  ),
);
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
const metric = fc.oneof(share, number);
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const money = fc.option(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }));
const ends = fc.record({ low: metric, high: metric });
const interval = fc.record({
  low: metric,
  high: metric,
  level: fc.constantFrom(0.9, 0.95),
  method: hostile,
});
const byK = <T>(value: fc.Arbitrary<T>) =>
  fc.dictionary(fc.oneof(fc.constantFrom("1", "2", "4", "32"), hostile), value, { maxKeys: 5 });
const group = fc.dictionary(
  fc.oneof(fc.constantFrom("model", "variant", "cost_usd"), hostile),
  fc.option(hostile),
  { maxKeys: 4 },
);
const outcomes = fc.dictionary(fc.constantFrom("completed", "timeout", "infra_error"), count);

const anySummary = fc
  .record({
    group,
    tasks: count,
    planned: count,
    scored: count,
    coverage: share,
    mean_reward: metric,
    mean_reward_interval: interval,
    rerun_interval: interval,
    mean_reward_bounds: ends,
    pass_at_k: byK(metric),
    pass_hat_k: byK(metric),
    pass_hat_k_interval: byK(ends),
    tasks_at_k: byK(count),
    outcomes,
    conflicts: count,
    graders: fc.array(fc.record({ name: hostile, version: hostile })),
    scores: fc.dictionary(hostile, fc.record({ mean: metric, scored: count, missing: count })),
    cost_usd: money,
  })
  .map((changes) => summary(changes));

const arm = fc.record({ name: hostile, tasks: count, trials: count, scored: count, mean: metric });
const anyComparison = fc
  .record({
    a: arm,
    b: arm,
    difference: metric,
    interval,
    p_value: metric,
    comparisons: fc.integer({ min: 1, max: 3 }),
    method: hostile,
    flips: fc.array(fc.record({ task_id: hostile, a: number, b: number })),
    left_out: fc.dictionary(hostile, fc.array(hostile)),
    smallest_visible: metric,
    differences: fc.array(
      fc.record({ what: fc.constant("grader" as const), a: hostile, b: hostile }),
    ),
  })
  .map((changes) => comparison(changes));

const anyFinding = fc
  .record({ code: hostile, message: hostile, group })
  .map((changes) => finding(changes));
const anyAttribution = fc
  .record({ key: hostile, model: fc.option(hostile), variant: hostile, description: hostile })
  .map((changes) => attribution(changes));
const anyPlan = fc.record({ source: hostile }).map((changes) => plan(changes));
const anyRecords = fc.array(
  fc.oneof(anySummary, anyComparison, anyFinding, anyAttribution, anyPlan),
  { maxLength: 6 },
);

test("every line of a table fits, whatever is in it, and nothing in it moves the cursor", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyRecords,
      fc.integer({ min: 20, max: 160 }),
      fc.boolean(),
      async (records, width, unicode) => {
        const text = await rendered(records, { width, unicode });
        expect(text).not.toMatch(forbidden);
        expect(text).not.toMatch(/NaN|Infinity|undefined|null|object/);
        if (!unicode) expect(text).toMatch(/^[\n\u0020-\u007e]*$/);
        for (const line of text.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(width);
      },
    ),
    limits,
  );
});

/** Cells of a row of GitHub's Markdown; a bar after a backslash is no border, whoever the backslash belongs to. */
function cells(line: string): string[] {
  return line.split(/(?<!\\)\|/).slice(1, -1);
}

test("the tables of Markdown have as many cells in each row, whatever is in them", async () => {
  await fc.assert(
    fc.asyncProperty(anyRecords, async (records) => {
      const text = await rendered(records, { format: "markdown" });
      expect(text).not.toMatch(forbidden);
      const tables = text.split("\n\n").filter((part) => part.startsWith("| "));
      expect(tables.length > 0 || records.every(({ type }) => type === "finding")).toBe(true);
      for (const table of tables) {
        const lines = table.trimEnd().split("\n");
        const counts = new Set(lines.map((line) => cells(line).length));
        expect([...counts]).toEqual([cells(lines[1] ?? "").length]);
        expect(lines[1]).toMatch(/^\|( -{2}[-:] \|)+$/);
      }
    }),
    limits,
  );
});

test("a CSV has as many cells in each row, and no control characters", async () => {
  await fc.assert(
    fc.asyncProperty(anyRecords, async (records) => {
      const text = await rendered(records, { format: "csv" });
      expect(text.replaceAll(/[\r\t]/g, "")).not.toMatch(forbidden);
      const [header = [], ...rows] = parseCsv(text);
      for (const row of rows) expect(row).toHaveLength(header.length);
    }),
    limits,
  );
});

test("JSON holds everything that came", async () => {
  await fc.assert(
    fc.asyncProperty(anyRecords, async (records) => {
      const text = await rendered(records, { format: "json" });
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(records)));
    }),
  );
});

test("the order of findings and attributions, and any of them twice, changes nothing", async () => {
  const some = fc.array(fc.oneof(anyFinding, anyAttribution), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(some, async (records) => {
      const text = await rendered(records);
      expect(await rendered([...records.toReversed(), ...records])).toBe(text);
    }),
  );
});
