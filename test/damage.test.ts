import type { Trial } from "@mx/records";
import { sha256 } from "@mx/records";
import { Random } from "@mx/stats";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { expect, test } from "vitest";
import { isFull } from "./support/is-full.ts";
import { ofType, start } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";

const temp = tempHome();
/** Quick where everything is tested; long enough for every sort of damage to come up some thousand times. */
const lines = isFull ? 100_000 : 20_000;

function trial(n: number): Trial {
  return {
    ...{
      type: "trial",
      version: 1,
      key: sha256(String(n)),
      run_id: "r",
      task_id: `task-${n % 500}`,
    },
    ...{ variant: "baseline", model: "m", trial: Math.floor(n / 500), attempt: 0 },
    ...{ outcome: "completed", output: "é 42", output_bytes: 5 },
    checks: [{ name: "c", kind: "output", passed: n % 3 === 0, weight: 1 }],
    usage: {
      ...{ input_tokens: 1, output_tokens: 1, cached_input_tokens: null, reasoning_tokens: null },
      calls: 1,
    },
    ...{ cost_usd: 0.5, started_at: "2026-01-01T00:00:00.000Z" },
    time_ms: { queue: 0, sandbox: 0, agent: 100, model: null, grade: 0 },
    ...{ backend: "local", sandbox_id: null, artifacts: {} },
  };
}

const wrong: unknown[] = [null, -1, 1e308, "x", [], {}, true, 2 ** 60, ["a"]];

/** A good line, damaged in one of many ways; what comes out may by chance still be good. */
function damage(line: string, random: Random): Buffer {
  const bytes = Buffer.from(line);
  switch (random.below(8)) {
    case 0: // cut
      return bytes.subarray(0, random.below(bytes.length));
    case 1: {
      // bits flipped
      for (let n = 0; n < 3; n += 1) {
        const at = random.below(bytes.length);
        const byte = bytes[at] ?? 0;
        bytes[at] = (byte ^ (1 << random.below(8))) === 0x0a ? 0 : byte ^ (1 << random.below(8));
      }
      return Buffer.from(bytes.filter((byte) => byte !== 0x0a));
    }
    case 2: {
      // a field of another type
      const record = JSON.parse(line) as Record<string, unknown>;
      const names = Object.keys(record).filter((name) => name !== "type");
      record[names[random.below(names.length)] ?? ""] = wrong[random.below(wrong.length)];
      return Buffer.from(JSON.stringify(record));
    }
    case 3: // numbers that JSON does not have
      return Buffer.from(
        line.replace("0.5", ["NaN", "Infinity", "-Infinity", "0x10"][random.below(4)] ?? ""),
      );
    case 4: {
      // nested deeper than a stack
      const depth = 10 ** (1 + random.below(5));
      return Buffer.from(
        line.replace('"artifacts":{}', `"artifacts":${"[".repeat(depth)}${"]".repeat(depth)}`),
      );
    }
    case 5: // not a record
      return Buffer.from(
        ["null", "[]", "42", '"x"', "{}", '{"type":1}', "  ", "{"][random.below(8)] ?? "",
      );
    case 6: // bytes of anything
      return Buffer.from(Array.from({ length: 80 }, () => 32 + random.below(224)));
    default: // a field that is gone
      return Buffer.from(line.replace(/"(key|run_id|task_id|usage|outcome)":/, '"gone":'));
  }
}

/** Many lines, half of them damaged, and one of 100 MB; the keys of the good ones. */
async function writeDamaged(path: string): Promise<Set<string>> {
  const random = new Random(1);
  const good = new Set<string>();
  const file = createWriteStream(path);
  for (let n = 0; n < lines; n += 1) {
    const record = trial(n);
    const line = JSON.stringify(record);
    const isGood = random.below(2) === 0;
    if (isGood) good.add(record.key);
    file.write(isGood ? line : damage(line, random));
    file.write("\n");
    if (n === lines / 2) {
      file.write('{"type":"trial","output":"');
      for (let part = 0; part < 100; part += 1) file.write("x".repeat(1024 * 1024));
      file.write('"}\n');
    }
    if (n % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  file.end();
  await finished(file);
  return good;
}

test(`of ${lines} lines of damage and a line of 100 MB, good ones are kept and nothing crashes`, async () => {
  mkdirSync(temp.folder, { recursive: true });
  const path = join(temp.folder, "damaged.ndjson");
  const good = await writeDamaged(path);
  const run = (...args: string[]) =>
    start(
      "mx-score",
      [...args, "--quiet"],
      {},
      {
        inputFile: path,
        maxBuffer: 1e9,
      },
    );
  const skipped = await run("--on-bad-record", "skip", "--min-coverage", "0");
  expect(skipped.exitCode).toBe(0);
  const stdout = String(skipped.stdout);
  const kept = new Set(ofType<Trial>(stdout, "trial").map(({ key }) => key));
  expect([...good].filter((key) => !kept.has(key))).toEqual([]);
  // Damage that leaves a good record behind is rare.
  expect(kept.size).toBeLessThan(good.size * 1.2);
  expect(String(skipped.stderr)).toMatch(/\d+ lines were left out; the first: stdin:\d+/);
  expect(ofType(stdout, "summary").length).toBeGreaterThan(0);
  const failed = await run();
  expect(failed.exitCode).toBe(65);
  expect(String(failed.stderr)).toMatch(/mx-score: stdin:\d+: /);
});
