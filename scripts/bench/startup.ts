import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const bin = join(import.meta.dirname, "../../node_modules/.bin");
const summary = '{"type":"other","version":1,"text":"a record that passes"}\n';

function time(args: string[], input: string, env: NodeJS.ProcessEnv): number {
  const began = performance.now();
  const [program = "", ...rest] = args;
  const { status, stderr } = spawnSync(program, rest, { input, env });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${String(stderr)}`);
  return performance.now() - began;
}

/** Start-up of each program over bare `node -e 0`: --help, and one record through it. Measured in turns. */
export async function* startup(short: boolean) {
  const rounds = short ? 3 : 15;
  const folder = mkdtempSync(join(tmpdir(), "mx-bench-"));
  const script = join(folder, "script.ndjson");
  writeFileSync(script, '{"task":"*","turn":1,"content":"x"}\n');
  const env = {
    ...process.env,
    MX_HOME: join(folder, "home"),
    MX_PROXY_SECRET: "a-secret-of-a-benchmark",
  };
  const at = (program: string, ...args: string[]) => [join(bin, program), ...args];
  const cases: Record<string, { args: string[]; input: string }> = {
    "node -e 0": { args: [process.execPath, "-e", "0"], input: "" },
    ...Object.fromEntries(
      ["mx-sandbox", "mx-proxy", "mx-score", "mx-results", "mx-setup", "mx-agent"].map(
        (program) => [`${program} --help`, { args: at(program, "--help"), input: "" }],
      ),
    ),
    "mx-score, one record": { args: at("mx-score"), input: summary },
    "mx-results add, one record": { args: at("mx-results", "add"), input: summary },
    "mx-sandbox --dry-run, one task": {
      args: at("mx-sandbox", "--dry-run", "--", "cat"),
      input: '{"id":"a","prompt":"b"}\n',
    },
    "mx-proxy, one endpoint": {
      args: at("mx-proxy", "--script", script, "--until-stdin-closes"),
      input: "",
    },
  };
  try {
    const times = new Map<string, number[]>();
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, { args, input }] of Object.entries(cases)) {
        times.set(name, [...(times.get(name) ?? []), time(args, input, env)]);
      }
    }
    const median = (name: string) =>
      (times.get(name) ?? []).sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
    const bare = median("node -e 0");
    for (const name of Object.keys(cases)) {
      yield {
        what: name,
        median_ms: Math.round(median(name)),
        over_node_ms: Math.round(median(name) - bare),
      };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
