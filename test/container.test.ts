import type { Run, ScoredTrial } from "@mx/records";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { execa } from "execa";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cacheFolder } from "./support/cache-folder.ts";
import { importImage, testContainers, type TestContainers } from "./support/container-image.ts";
import { isFull } from "./support/is-full.ts";
import { isThere } from "./support/is-there.ts";
import {
  binFolder,
  ofType,
  runBin,
  shell,
  smokeScript,
  smokeTasks,
  start,
} from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";
import { until } from "./support/until.ts";

const temp = tempHome();
const found = await testContainers();
if (typeof found === "string") console.warn(`skipped: tests of containers: ${found}`);
const full = isFull && typeof found !== "string";
if (!full && typeof found !== "string")
  console.warn("skipped: the long tests of containers, which MX_FULL=1 runs");
const { engine, image, runtime } = (typeof found === "string" ? {} : found) as TestContainers;

const given = () => [
  "--backend",
  "container",
  "--quiet",
  "--container-engine",
  engine.program,
  ...(runtime === undefined ? [] : ["--container-runtime", runtime]),
];
/** An engine without root has its images in the home folder. */
const env = () => ({ ...temp.env, HOME: process.env["HOME"] ?? "/root" });

/** Runs tasks whose prompts are shell scripts; the trials by task. */
async function runScripts(tasks: { id: string; [field: string]: unknown }[], args: string[] = []) {
  const batch = join(temp.folder, "tasks.json");
  writeFileSync(batch, JSON.stringify(tasks));
  const all = [
    ...given(),
    "--batch",
    batch,
    "--image",
    image,
    ...args,
    "--",
    "sh",
    "{prompt_file}",
  ];
  const ended = await runBin("mx-sandbox", all, env());
  const trials = ofType<ScoredTrial>(ended.stdout, "trial");
  return { ...ended, trials: new Map(trials.map((trial) => [trial.task_id, trial])) };
}

/** Names of the containers of a run. */
async function containersOf(run: string, status?: string): Promise<string[]> {
  const filters = [`label=mx-run=${run}`, ...(status === undefined ? [] : [`status=${status}`])];
  const args = [
    "ps",
    "--all",
    "--format",
    "{{.Names}}",
    ...filters.flatMap((one) => ["--filter", one]),
  ];
  return (await engine.run(args)).stdout.toString("utf8").split("\n").filter(Boolean);
}

/** Removes the images that runs have built, by what they said. */
async function removeBuilt(said: string): Promise<void> {
  const tags = new Set(said.match(/mx-build:[0-9a-f]{32}/g));
  for (const tag of tags) await engine.run(["rmi", "--force", tag, `docker.io/library/${tag}`]);
}

describe.skipIf(typeof found === "string")("mx-sandbox --backend container", () => {
  // What an image without a C library shows, too, where there is one.
  const batch = test.skipIf(!full && isThere("busybox"));
  batch("runs mx-agent on a batch, and leaves no container", { timeout: 120_000 }, async () => {
    const line = `mx-proxy --script ${smokeScript} -- mx-sandbox ${given().join(" ")} --image ${image} \\
      --batch ${smokeTasks} --model scripted --run-id smoke-${process.pid} | tee ${temp.folder}/out | mx-score --quiet`;
    const { stdout, stderr, exitCode } = await shell(line, env());
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const [summary] = ofType<{ n_trials: number; reward: unknown }>(stdout, "summary");
    expect(summary).toMatchObject({ type: "summary" });
    const scored = ofType<ScoredTrial>(stdout, "trial");
    const kept = ofType<ScoredTrial>(
      String((await shell(`cat ${temp.folder}/out`, env())).stdout),
      "trial",
    );
    expect(
      kept.map(({ outcome, checks }) => [outcome, checks?.every(({ passed }) => passed)]),
    ).toEqual(kept.map(() => ["completed", true]));
    expect(kept.length).toBeGreaterThan(3);
    expect(kept[0]).toMatchObject({
      backend: "container",
      sandbox_id: expect.stringMatching(/^mx-/),
    });
    expect(scored.length === 0 || scored.length === kept.length).toBe(true);
    expect(await containersOf(`smoke-${process.pid}`)).toEqual([]);
  });

  test(
    "an agent sees neither host nor network, and checks do not see its processes",
    { timeout: 120_000 },
    async () => {
      const hostFile = join(temp.folder, "host-secret");
      writeFileSync(hostFile, "host-secret-4711");
      const script = `cat ${hostFile} /etc/shadow; ls /sys/class/net /var/run/docker.sock /run/podman
      echo x > /mx/planted; echo x > /mx/bin/node; cat /proc/[0-9]*/cmdline | tr '\\0' ' '
      sh -c 'sleep 300; :' left-behind & mkdir -p /usr/lib/mine && echo kept > /usr/lib/mine/file; echo done`;
      const { trials, stderr, exitCode } = await runScripts([
        {
          id: "look",
          prompt: script,
          checks: [
            { kind: "output", contains: "done" },
            {
              kind: "exit_code",
              command:
                "cat /usr/lib/mine/file && ! grep -al '[l]eft-behind' /proc/[0-9]*/cmdline && test -f $MX_CHECKS/hidden",
              files: { hidden: "x" },
            },
          ],
        },
      ]);
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
      const trial = trials.get("look");
      expect(trial?.checks?.map(({ passed, explanation }) => passed || explanation)).toEqual([
        true,
        true,
      ]);
      const words = trial?.output.split(/\s+/) ?? [];
      expect(trial?.output).not.toContain("4711");
      expect(trial?.output).not.toContain(binFolder);
      expect(words.filter((word) => /^(eth|veth|cni|docker|ens|wl)/.test(word))).toEqual([]);
      expect(words).toContain("lo");
    },
  );

  test(
    "memory, processes, disk and time are held, in the image's layers too",
    { timeout: 120_000 },
    async () => {
      const { trials, stdout } = await runScripts(
        [
          {
            id: "processes",
            prompt: "f() { f | f & sleep 0.01; f; }; f; sleep 60",
            timeout_ms: 20_000,
          },
          { id: "clock", prompt: "trap '' TERM; sleep 300", timeout_ms: 1000 },
          { id: "memory", prompt: "head -c 400000000 /dev/zero | tail -c 300000000 > /dev/null" },
          {
            id: "layers",
            prompt:
              "n=0; while [ $n -lt 40 ]; do head -c 8000000 /dev/zero > /usr/big-$n; n=$((n+1)); sleep 0.1; done; sleep 60",
          },
        ],
        ["--memory", "96", "--disk", "64", "--processes", "40"],
      );
      const [run] = ofType<Run>(stdout, "run");
      const by = run?.limits["memory_bytes"]?.enforced_by ?? "";
      const outcomes = [...trials.values()].map(({ task_id, outcome }) => [task_id, outcome]);
      expect(Object.fromEntries(outcomes)).toEqual({
        memory: "failed",
        processes: expect.stringMatching(/^(failed|timeout)$/),
        clock: "timeout",
        // Where the engine does not say where it keeps them, or to root only, the clock would have to do.
        layers: process.getuid?.() === 0 ? "failed" : expect.any(String),
      });
      if (by.startsWith("cgroup")) expect(trials.get("memory")?.fault?.message).toMatch(/memory/);
      if (process.getuid?.() === 0)
        expect(trials.get("layers")?.fault?.message).toMatch(/disk|bytes/);
    },
  );

  test(
    "builds the image of a Dockerfile once and works in its folder; a build that fails is nobody's failure",
    { timeout: 180_000 },
    async () => {
      const hostFile = join(temp.folder, "host-secret");
      writeFileSync(hostFile, "host-secret-4711");
      const marker = `built-${process.pid}-${Date.now()}`;
      const build = {
        dockerfile: `FROM ${image}\nWORKDIR /app\nCOPY given.txt deep/given.txt\nRUN echo ${marker} > made.txt`,
        files: { "given.txt": "given" },
      };
      const task = {
        build,
        files: { "sub/put in.txt": "put" },
        prompt: `cat made.txt deep/given.txt 'sub/put in.txt'; pwd; echo left > 'left here.txt'; ln -s ${hostFile} link`,
        checks: [
          { kind: "output", contains: marker },
          { kind: "output", contains: "givenput/app" },
          { kind: "file", path: "left here.txt", contains: "left" },
          { kind: "file", path: "/app/made.txt", contains: marker },
          { kind: "file", path: "link", exists: false },
        ],
      };
      const wrong = { dockerfile: `FROM ${image}\nRUN echo the reason >&2; exit 7` };
      const { trials, stderr, exitCode } = await runScripts([
        ...["one", "two"].map((id) => ({ id, ...task })),
        { id: "broken", prompt: "true", build: wrong },
      ]);
      expect(exitCode, stderr).toBe(75);
      expect(stderr.match(/^mx-sandbox: building mx-build:/gm)).toHaveLength(2);
      expect(trials.get("broken")).toMatchObject({
        outcome: "infra_error",
        fault: {
          class: "sandbox_failed",
          message: expect.stringMatching(/could not be built/),
          retryable: false,
        },
      });
      trials.delete("broken");
      await removeBuilt(stderr);
      expect(stderr).toMatch(/RUN echo built/);
      for (const trial of trials.values()) {
        expect(trial.checks?.map(({ passed, explanation }) => passed || explanation)).toEqual(
          task.checks.map(() => true),
        );
      }
    },
  );

  test(
    "a verifier runs on its own files, whatever an agent has put in their place",
    { timeout: 120_000 },
    async () => {
      const tasks = join(temp.folder, "tasks");
      const plant =
        "mkdir -p /tests/sub /logs/verifier; echo x > /tests/planted; echo x > /tests/sub/x; echo 1 > /logs/verifier/reward.txt;";
      const agents = {
        cheating: `${plant} exit 0`,
        honest: `${plant} echo 42 > answer.txt`,
        // It would rather have its trial be a failure of the infrastructure.
        obstructing: "ln -s /mx /logs; ln -s /proc /tests; rm -rf /app; ln -s /app /app",
      };
      for (const [name, prompt] of Object.entries(agents)) {
        const write = (path: string, text: string) => {
          mkdirSync(join(tasks, name, dirname(path)), { recursive: true });
          writeFileSync(join(tasks, name, path), text, { mode: 0o755 });
        };
        write("task.toml", `[environment]\ndocker_image = "${image}"\nworkdir = "/app"\n`);
        write(
          "tests/test.sh",
          "#!/bin/sh\n[ -e /tests/planted ] && exit 3\ngrep -q 42 /app/answer.txt && echo 1 > /logs/verifier/reward.txt || echo 0 > /logs/verifier/reward.txt\n",
        );
        write("instruction.md", prompt);
      }
      const all = [...given(), "--tasks", tasks, "--", "sh", "{prompt_file}"];
      const { stdout, stderr } = await runBin("mx-sandbox", all, env());
      const trials = ofType<ScoredTrial>(stdout, "trial");
      const results = trials.map(({ task_id, outcome, checks }) => [
        task_id,
        outcome,
        checks?.[0]?.value,
      ]);
      expect(
        results.toSorted(([a = ""], [b = ""]) => `${a}`.localeCompare(`${b}`)),
        stderr,
      ).toEqual([
        ["cheating", "completed", 0],
        ["honest", "completed", 1],
        ["obstructing", "completed", 0],
      ]);
    },
  );

  test("kill -9 ends what runs, and gc removes what is left", { timeout: 120_000 }, async () => {
    const run = `killed-${process.pid}`;
    const args = [...given(), "--run-id", run, "--image", image, "--prompt", "x"];
    const killed = start("mx-sandbox", [...args, "--", "sleep", "600"], env());
    const areRunning = (count: number) => async () =>
      (await containersOf(run, "running")).length === count;
    await until("a container that runs", areRunning(1));
    // While its mx-sandbox is alive it is kept.
    const gc = ["gc", "--backend", "container", "--container-engine", engine.program, "--run", run];
    const kept = await runBin("mx-sandbox", gc, env());
    expect(ofType(kept.stdout, "resource")).toMatchObject([{ action: "keep" }]);
    killed.kill("SIGKILL");
    await killed;
    await until("the end of the container", areRunning(0));
    expect(await containersOf(run, "exited")).toHaveLength(1);
    const { stdout, exitCode } = await runBin("mx-sandbox", gc, env());
    expect(exitCode).toBe(0);
    expect(ofType(stdout, "resource")).toMatchObject([{ kind: "sandbox", action: "delete" }]);
    expect(await containersOf(run)).toEqual([]);
  });

  const plain = "localhost/mx-test-busybox:1";
  afterAll(async () => {
    if (typeof found !== "string") await engine.run(["rmi", "--force", plain]);
  });
  test.skipIf(!existsSync("/usr/bin/busybox"))(
    "mx-agent runs in an image without a C library, and gets to its model",
    { timeout: 60_000 },
    async () => {
      const names = "sh ls cat echo mkdir grep sed env test readlink true false".split(" ");
      const parts = names.map((name) => [`/usr/bin/${name}`, "/usr/bin/busybox"] as const);
      await importImage(engine, plain, new Map(parts));
      const all = JSON.parse(readFileSync(smokeTasks, "utf8")) as { id: string }[];
      const batch = join(temp.folder, "one.json");
      writeFileSync(batch, JSON.stringify(all.filter(({ id }) => id === "math-simple")));
      const line = `mx-proxy --script ${smokeScript} -- mx-sandbox ${given().join(" ")} --image ${plain} \\
        --batch ${batch} --model scripted`;
      const { stdout, stderr } = await shell(line, env());
      expect(ofType<ScoredTrial>(stdout, "trial"), stderr).toMatchObject([
        { outcome: "completed", checks: [{ passed: true }] },
      ]);
    },
  );
});

/** An image of Debian's smallest system, from the mirror that this machine's apt uses; the archive of it is kept. */
async function debianImage(): Promise<string> {
  const format = ["indextargets", "--format", "$(REPO_URI) $(RELEASE)"];
  const targets = spawnSync("apt-get", format, { encoding: "utf8" }).stdout;
  const [, mirror = "", suite = ""] = /^(\S+) ([a-z]+)$/m.exec(targets) ?? [];
  const archive = join(cacheFolder("debian"), `${suite}-minbase.tar`);
  if (!existsSync(archive)) {
    const folder = join(temp.folder, "debian");
    const args = ["--variant=minbase", suite, folder, mirror];
    expect(spawnSync("debootstrap", args, { encoding: "utf8" })).toMatchObject({ status: 0 });
    spawnSync("tar", ["-C", folder, "-cf", `${archive}.part`, "."]);
    renameSync(`${archive}.part`, archive);
  }
  const name = "localhost/mx-test-debian:1";
  const { exitCode, stderr } = await engine.run(["import", archive, name]);
  expect(exitCode, stderr).toBe(0);
  return name;
}

test.skipIf(!full || !isThere("debootstrap"))(
  "in a Debian, root may add users, give files away and become somebody else, and no more",
  { timeout: 300_000 },
  async () => {
    const debian = await debianImage();
    const script = `useradd --create-home bob && su bob -c 'id -un; echo x > ~/file' && stat -c %U /home/bob/file
      mount -t tmpfs none /mnt 2>&1 | head -1; mknod /tmp/disk b 8 0 2>&1 | tail -1; dpkg --version | head -1`;
    const { trials } = await runScripts([{ id: "debian", prompt: script }], ["--image", debian]);
    expect(trials.get("debian")?.output).toMatch(
      /^bob\nbob\n.*(permission denied|not permitted).*\n.*not permitted.*\nDebian 'dpkg'/i,
    );
    await engine.run(["rmi", "--force", debian]);
  },
);

test.skipIf(!full || !isThere("docker") || engine.kind !== "podman")(
  "docker's command line does the same, here on podman's imitation of its server",
  { timeout: 120_000 },
  async () => {
    const socket = `unix://${join(temp.folder, "docker.sock")}`;
    const server = execa(engine.program, ["system", "service", "--time", "0", socket], {
      reject: false,
    });
    try {
      await until("the socket", () => existsSync(socket.slice("unix://".length)));
      const limits = "--container-option=--ulimit=nproc=1024:1024";
      const flags = ["--backend", "container", "--container-engine", "docker", limits, "--quiet"];
      const build = { dockerfile: `FROM ${image}\nWORKDIR /app\nRUN echo built > made.txt` };
      const task = {
        id: "x",
        prompt: "cat made.txt > copy.txt",
        build,
        checks: [{ kind: "file", path: "copy.txt", equals: "built\n" }],
      };
      const args = [...flags, "--", "sh", "{prompt_file}"];
      const more = { ...env(), DOCKER_HOST: socket, DOCKER_BUILDKIT: "0" };
      const { stdout, stderr } = await runBin(
        "mx-sandbox",
        args,
        more,
        `${JSON.stringify(task)}\n`,
      );
      await removeBuilt(stderr);
      expect(ofType<ScoredTrial>(stdout, "trial"), stderr).toMatchObject([
        { outcome: "completed", checks: [{ passed: true }] },
      ]);
    } finally {
      server.kill();
      await server;
    }
  },
);

test("without an engine it ends with 69 and says what to install", async () => {
  const nowhere = { ...temp.env, PATH: temp.folder };
  const args = ["--backend", "container", "--quiet", "--prompt", "x", "--", "cat"];
  const run = (argv: string[]) =>
    execa(process.execPath, [join(binFolder, "mx-sandbox"), ...argv], {
      reject: false,
      extendEnv: false,
      env: nowhere,
    });
  const { stderr, exitCode } = await run(args);
  expect(exitCode).toBe(69);
  expect(stderr).toMatch(/there is no container engine here.*\n.*apt-get install podman/);
  const named = [...args.slice(0, 3), "--container-engine", "/nowhere/docker", ...args.slice(3)];
  expect((await run(named)).exitCode).toBe(69);
});

test.runIf(full)("mx-setup doctor tries a container", async () => {
  const where = [
    "--where",
    "container",
    "--container-engine",
    engine?.program ?? "",
    "--image",
    image ?? "",
  ];
  const args = ["doctor", ...where, "prerequisites", ...(runtime === undefined ? ["sandbox"] : [])];
  const { stdout, exitCode } = await runBin("mx-setup", args, env());
  expect(exitCode, stdout).toBe(0);
  const names = ofType<{ name: string; ok: boolean }>(stdout, "check").map(({ name, ok }) => [
    name,
    ok,
  ]);
  expect(names.slice(0, 4)).toEqual([
    ["Node.js", true],
    ["engine", true],
    ["limits", true],
    ["socat", true],
  ]);
});

test("flags of containers are refused without them", async () => {
  const args = ["--container-runtime", "runc", "--prompt", "x", "--", "cat"];
  const { stderr, exitCode } = await runBin("mx-sandbox", args, temp.env);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/--container-runtime needs --backend container/);
});
