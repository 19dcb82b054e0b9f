import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  argumentBytes,
  folderArguments,
  rootArguments,
} from "../../packages/backends/src/local/bwrap-arguments.ts";
import { findBubblewrap } from "../../packages/backends/src/local/bubblewrap.ts";
import { buildRoot } from "../../packages/backends/src/local/build-root.ts";
import { ownFolders } from "../../packages/backends/src/local/paths.ts";

const bin = join(import.meta.dirname, "../../node_modules/.bin");
const parallel = 4;

/** A command that makes the same sandbox as mx-sandbox does, as GNU parallel can run it. */
async function peerCommand(folder: string): Promise<string> {
  const bubblewrap = await findBubblewrap(process.env);
  const { root } = buildRoot({ scratch: folder, bubblewrap, tools: [], readOnlyMounts: [] });
  const sandbox = join(folder, "sandbox");
  const folders = new Map([...ownFolders].map(([path, name]) => [path, join(sandbox, name)]));
  for (const host of folders.values()) mkdirSync(host, { recursive: true });
  const file = join(folder, "arguments");
  writeFileSync(file, argumentBytes([...rootArguments(root, false), ...folderArguments(folders)]));
  if (process.getuid?.() !== 0) return `bwrap --args 4 -- true 4<${file}`;
  // As mx-sandbox does: not as root.
  execFileSync("chmod", ["-R", "a+rX", folder]);
  for (const host of folders.values()) chownSync(host, 60600, 60600);
  return `setpriv --reuid 60600 --regid 60600 --clear-groups bwrap --args 4 -- true 4<${file}`;
}

function seconds(run: () => void): number {
  const began = performance.now();
  run();
  return (performance.now() - began) / 1000;
}

/** No-op trials per second, journal on, against GNU parallel running the same bwrap command with a job log. */
export async function* throughput(short: boolean) {
  const count = short ? 200 : 1000;
  const folder = mkdtempSync(join(tmpdir(), "mx-bench-"));
  chmodSync(folder, 0o755);
  try {
    const tasks = join(folder, "tasks.ndjson");
    const lines = Array.from({ length: count }, (_, n) =>
      JSON.stringify({ id: `task-${n}`, prompt: "nothing" }),
    );
    writeFileSync(tasks, `${lines.join("\n")}\n`);
    const jobs = lines.map((_, n) => `${n}\n`).join("");
    const command = await peerCommand(folder);
    const env = { ...process.env, MX_HOME: join(folder, "home") };
    const ours = () => {
      const args = ["--quiet", "--batch", tasks, "--parallel", String(parallel), "--", "true"];
      const { status } = spawnSync(join(bin, "mx-sandbox"), args, {
        env,
        stdio: ["ignore", "ignore", "inherit"],
      });
      if (status !== 0) throw new Error(`mx-sandbox ended with ${status}`);
    };
    const peer = (more: string[]) => {
      const args = [`-j${parallel}`, "-n1", ...more, `${command} #`];
      const { status } = spawnSync("parallel", args, {
        input: jobs,
        stdio: ["pipe", "ignore", "inherit"],
      });
      if (status !== 0) throw new Error(`parallel ended with ${status}`);
    };
    // In turns, because the machine may be busy with something else.
    const rounds = short ? 1 : 3;
    const times = { ours: [] as number[], parallel: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      times.ours.push(seconds(ours));
      times.parallel.push(seconds(() => peer(["--joblog", join(folder, `log-${round}`)])));
    }
    const rate = (all: number[]) => Math.round(count / Math.min(...all));
    const figures = { mx_sandbox: rate(times.ours), gnu_parallel: rate(times.parallel) };
    yield {
      what: `${count} no-op trials at --parallel ${parallel}, per second, best of ${rounds}`,
      ...figures,
      ratio: Number((figures.mx_sandbox / figures.gnu_parallel).toFixed(2)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
