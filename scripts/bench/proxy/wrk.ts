import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { debianProgram } from "./debian-program.ts";
import { model, type Peer } from "./peers.ts";

/** What wrk saw. */
export interface Load {
  requests: number;
  seconds: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Replies that were not 2xx, and connections that broke. */
  failures: number;
}

/** A request of 1 KB. */
const body = JSON.stringify({
  model,
  messages: [
    { role: "system", content: "You mend programs. ".repeat(12) },
    { role: "user", content: "Why do the tests of this repository fail? ".repeat(16) },
  ],
  temperature: 0,
  max_tokens: 512,
});

const report = `
done = function(summary, latency)
  local errors = summary.errors
  local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\\nRESULT{"requests":%d,"us":%d,"p50":%d,"p99":%d,"failures":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failures))
end`;

/** Calls for some seconds over so many connections at a time, from one thread. */
export async function wrk(
  peer: Peer,
  options: { folder: string; cpu: number; connections: number; seconds: number },
): Promise<Load> {
  const { folder, cpu, connections, seconds } = options;
  const program = debianProgram("wrk", "usr/bin/wrk", ["wrk", "libluajit-5.1-2"]);
  const script = join(folder, `${peer.name}.lua`);
  const headers = Object.entries(peer.headers).map(
    ([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`,
  );
  const lines = ['wrk.method = "POST"', `wrk.body = [==[${body}]==]`, ...headers, report];
  writeFileSync(script, lines.join("\n"), { mode: 0o600 });
  const settings = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "30s", "-s", script];
  const argv = ["-c", String(cpu), program.path, ...settings, peer.url];
  const env = { ...process.env, ...program.env };
  const { stdout } = await promisify(execFile)("taskset", argv, { env });
  const result = /RESULT(\{.*\})/.exec(stdout)?.[1];
  if (result === undefined) throw new Error(`wrk said: ${stdout}`);
  const { requests, us, p50, p99, failures } = JSON.parse(result) as Record<string, number>;
  return {
    requests: requests ?? 0,
    seconds: (us ?? 0) / 1e6,
    perSecond: (requests ?? 0) / ((us ?? 1) / 1e6),
    p50Ms: (p50 ?? 0) / 1000,
    p99Ms: (p99 ?? 0) / 1000,
    failures: failures ?? 0,
  };
}
