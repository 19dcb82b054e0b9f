import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Engine } from "../container/engine.ts";
import { findEngine } from "../container/find-engine.ts";
import { findProgram } from "../local/bubblewrap.ts";

const programs =
  "sh bash env cat ls echo head tail wc seq xargs touch stat find grep sed sleep mkdir rm mkfifo ln cp mv chmod chown readlink id tar test true false ps sort tr cut dd date uname rmdir tee yes printf mktemp";

/** Where tests can make containers, and of what. */
export interface TestContainers {
  engine: Engine;
  /** Name of an image with a shell, coreutils and little else. */
  image: string;
  /** Runtime, where the engine's own does not work here. */
  runtime: string | undefined;
}

let found: Promise<TestContainers | string> | undefined;

/** Containers for tests, or why there are none, which is said too. The image is made of this host's programs, in a second or two. */
export function testContainers(): Promise<TestContainers | string> {
  found ??= find()
    .catch((error: unknown) => (error as Error).message)
    .then((result) => {
      if (typeof result === "string") console.warn(`skipped: tests of containers: ${result}`);
      return result;
    });
  return found;
}

async function find(): Promise<TestContainers | string> {
  const engine = await findEngine(undefined, process.env);
  const parts = partsOf(programs.split(" "));
  const digest = createHash("sha256")
    .update(JSON.stringify([...parts]))
    .digest("hex");
  const image = `localhost/mx-test:${digest.slice(0, 12)}`;
  const there = await engine.run(["image", "inspect", image]);
  if (there.exitCode !== 0) await importImage(engine, image, parts);
  let problem = "";
  // In a virtual machine without all capabilities crun may fail where runc does not.
  for (const runtime of [undefined, "/usr/sbin/runc"]) {
    const chosen = runtime === undefined ? [] : ["--runtime", runtime];
    const limits = ["--ulimit", "nofile=256:256", "--ulimit", "nproc=1024:1024"];
    const run = ["run", "--rm", "--network", "none", ...limits, image, "true"];
    const { exitCode, stderr } = await engine.run([...chosen, ...run]);
    if (exitCode === 0) return { engine, image, runtime };
    problem ||= stderr.trim();
  }
  return problem;
}

/** Path in the image to file of the host: the programs with their libraries and the loader. */
function partsOf(names: string[]): Map<string, string> {
  const parts = new Map<string, string>();
  for (const name of names) {
    const path = findProgram(name, process.env);
    if (path === null) continue;
    parts.set(`/usr/bin/${name}`, realpathSync(path));
    const { stdout } = spawnSync("ldd", [path], { encoding: "utf8" });
    for (const [, library] of stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)) {
      const inside = (library as string).replace(/^\/(lib\w*)\//, "/usr/$1/");
      parts.set(inside, realpathSync(library as string));
    }
  }
  return parts;
}

/** Makes an image of these files, by path inside, with /usr merged as on this host. */
export async function importImage(engine: Engine, image: string, parts: Map<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "mx-image-"));
  try {
    for (const [inside, path] of parts) {
      mkdirSync(join(folder, dirname(inside)), { recursive: true });
      copyFileSync(path, join(folder, inside));
    }
    for (const name of ["bin", "sbin", "lib", "lib32", "lib64", "libx32"]) {
      const isLink = existsSync(`/${name}`) && lstatSync(`/${name}`).isSymbolicLink();
      const target = isLink ? readlinkSync(`/${name}`) : `usr/${basename(name)}`;
      if (existsSync(join(folder, "usr", name)) || name === "bin")
        symlinkSync(target, join(folder, name));
    }
    for (const name of ["etc", "root", "home", "tmp", "var"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    const archive = execFileSync("tar", ["-C", folder, "-c", "."], { maxBuffer: 1 << 30 });
    const { exitCode, stderr } = await engine.run(["import", "-", image], { stdin: archive });
    if (exitCode !== 0) throw new Error(`the test image could not be made: ${stderr.trim()}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
