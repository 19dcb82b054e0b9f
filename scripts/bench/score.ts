import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measure, type Measured } from "./measure.ts";
import { writeTrials } from "./trial-file.ts";

const mxScore = join(import.meta.dirname, "../../node_modules/.bin/mx-score");

/** Splits lines, parses them, and does the least that can be done with them. */
const bareLoop = `
let rest = "", count = 0, sum = 0;
process.stdin.setEncoding("utf8");
for await (const chunk of process.stdin) {
  const lines = (rest + chunk).split("\\n");
  rest = lines.pop();
  for (const line of lines) { const record = JSON.parse(line); count++; sum += record.reward; }
}
console.log(count, sum);`;

const duckdbScript = `
const { DuckDBInstance } = require("@duckdb/node-api");
(async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  const query = "select task_id, avg(reward), count(*) from read_json('" + process.argv[2] + "', format='newline_delimited', columns={task_id: 'VARCHAR', reward: 'DOUBLE'}) group by task_id";
  const rows = await connection.runAndReadAll(query);
  console.log(rows.getRows().length);
})();`;

interface Peer {
  name: string;
  argv: string[];
}

function has(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

/** DuckDB from npm, in a folder of its own; null where it cannot be had. */
function duckdb(folder: string, input: string): Peer | null {
  writeFileSync(join(folder, "package.json"), "{}");
  const install = ["install", "--silent", "--no-audit", "--no-fund", "@duckdb/node-api@1.5.6-r.1"];
  if (spawnSync("npm", install, { cwd: folder, stdio: "ignore" }).status !== 0) return null;
  const script = join(folder, "duckdb.cjs");
  writeFileSync(script, duckdbScript);
  return { name: "duckdb", argv: [process.execPath, script, input] };
}

function peers(folder: string, input: string): Peer[] {
  const loop = join(folder, "bare-loop.mjs");
  writeFileSync(loop, bareLoop);
  const found: (Peer | null)[] = [
    { name: "bare loop of JSON.parse", argv: [process.execPath, loop] },
    has("mlr")
      ? {
          name: "miller",
          argv: ["mlr", ..."--ijsonl --ojson stats1 -a mean,count -f reward -g task_id".split(" ")],
        }
      : null,
    has("jq")
      ? {
          name: "jq",
          argv: [
            "jq",
            "-nc",
            "reduce inputs as $r ({}; .[$r.task_id] |= [.[0] + $r.reward, .[1] + 1])",
          ],
        }
      : null,
    duckdb(folder, input),
  ];
  return found.filter((peer) => peer !== null);
}

/** The best of some runs, which is the one that others disturbed least. */
async function best(argv: string[], input: string, rounds: number): Promise<Measured> {
  let least: Measured | null = null;
  for (let round = 0; round < rounds; round += 1) {
    const measured = await measure(argv, input);
    if (least === null || measured.seconds < least.seconds) least = measured;
  }
  return least as Measured;
}

const ours = (...more: string[]) => [mxScore, "--quiet", ...more];

/** mx-score's summary beside other programs on one file, its time per record, and large records. */
export async function* score(short: boolean) {
  const count = short ? 50_000 : 1_000_000;
  const rounds = short ? 1 : 2;
  const folder = mkdtempSync(join(tmpdir(), "mx-bench-"));
  const input = join(folder, "trials.ndjson");
  try {
    writeTrials(input, count);
    const bytes = statSync(input).size;
    const own = await best(ours("--summary-only"), input, rounds);
    const figure = ({ seconds, peak }: Measured) => ({
      seconds: Number(seconds.toFixed(2)),
      mb_per_second: Math.round(bytes / 1e6 / seconds),
      peak_rss_mb: Math.round(peak),
    });
    const what = `${count} trial records of ${Math.round(bytes / count)} bytes`;
    yield { what, program: "mx-score --summary-only", ...figure(own) };
    for (const { name, argv } of peers(folder, input)) {
      const peer = await best(argv, input, name.startsWith("bare") ? rounds : 1);
      const ratio = Number((own.seconds / peer.seconds).toFixed(2));
      yield { what, program: name, ...figure(peer), mx_score_takes_times: ratio };
    }
    for (const size of short ? [1_000, 10_000] : [10_000, 100_000, 1_000_000]) {
      writeTrials(input, size);
      const { seconds } = await best(ours("--summary-only"), input, rounds);
      yield {
        what: `time per record over ${size}`,
        microseconds: Number(((seconds * 1e6) / size).toFixed(2)),
      };
    }
    const large = short ? 1_000 : 20_000;
    writeTrials(input, large, 25_000);
    const { seconds } = await best(ours(), input, rounds);
    yield {
      what: `${large} records with 25 kB of other fields pass`,
      mb_per_second: Math.round(statSync(input).size / 1e6 / seconds),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
