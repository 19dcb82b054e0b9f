import { ResultVolume } from "@mx/backends";
import { startEmulator, type Emulator } from "@mx/modal-emulator";
import type { Run, Summary, Trial } from "@mx/records";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runAtModal } from "./support/modal-sandbox.ts";
import { hasBubblewrap } from "./support/needs.ts";
import { ofType, runBin, start } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";
import { until } from "./support/until.ts";

const id = "20260214-103000-k3f9";
const temp = tempHome();
let emulator: Emulator;
afterEach(() => emulator.close());

/** The store that runs are pulled into, which is empty at first. */
const other = () => join(temp.folder, "other");
const results = (args: string[], env: Record<string, string> = {}) =>
  runBin("mx-results", args, { ...temp.env, ...emulator.env, MX_HOME: other(), ...env });
const pull = (run = id) => results(["pull", run, "--volume", "results", "--quiet"]);
const folderOf = (home: string, run = id) => join(home, "runs", run);

/** Paths of the files of a folder, relative to it. */
function names(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .toSorted();
}

/** The files of a folder with their content. */
function contents(folder: string): Map<string, string> {
  return new Map(names(folder).map((path) => [path, readFileSync(join(folder, path), "latin1")]));
}

/** Puts files into the volume, under runs/, as mx-sandbox does. */
async function upload(files: Map<string, string>, run = id): Promise<void> {
  const env = { ...process.env, ...emulator.env };
  using volume = await ResultVolume.open(env, { name: "results", environment: undefined });
  await volume.save(
    [...files].map(([path, text]) => ({
      path: `runs/${run}/${path}`,
      bytes: Buffer.from(text, "latin1"),
    })),
  );
}

test.skipIf(!hasBubblewrap)(
  "what mx-sandbox copied to a volume is listed, pulled, and the same run elsewhere",
  { timeout: 120_000 },
  async () => {
    emulator = await startEmulator();
    const task = (n: number) => ({
      id: `t${n}`,
      prompt: "p",
      checks: [{ kind: "exit_code", command: `test ${n} = 1` }],
    });
    const args = ["--run-id", "copied", "--trials", "2", "--modal-results-volume", "results"];
    const agent = ["--", "sh", "-c", "echo answer; echo told >&2"];
    const ran = await runAtModal(emulator, temp.env, [task(1), task(2)], [...args, ...agent]);
    expect(ran.exitCode, ran.stderr).toBe(0);

    const list = await results(["list", "--volume", "results"]);
    expect(ofType<Run>(list.stdout, "run")).toEqual([ofType<Run>(ran.stdout, "run").at(-1)]);
    const shown = await results(["list", "--volume", "results", "--format", "table"]);
    expect(shown.stdout).toMatch(/copied .* done .* 2 +4 +4 +no\n/);

    const pulled = await pull("last");
    expect(pulled).toMatchObject({ exitCode: 0, stdout: list.stdout });
    expect(pulled.stderr).toMatch(/run copied: 4 attempts and \d+ files are new here/);
    const [here, there] = [temp.env["MX_HOME"]!, other()];
    expect(contents(folderOf(there, "copied"))).toEqual(contents(folderOf(here, "copied")));
    const again = await results(["list", "--volume", "results", "--format", "table"]);
    expect(again.stdout).toMatch(/ yes\n/);

    const sums: string[] = [];
    for (const home of [here, there]) {
      const stored = await results(["show", "copied"], { MX_HOME: home });
      const { stdout } = await runBin("mx-score", ["--quiet"], temp.env, stored.stdout);
      expect(ofType<Summary>(stdout, "summary")[0]).toMatchObject({ scored: 4, mean_reward: 0.5 });
      sums.push(stdout);
    }
    expect(sums[1]).toBe(sums[0]);
  },
);

test.skipIf(!hasBubblewrap)(
  "a run whose mx-sandbox was killed is in the volume from its beginning on",
  { timeout: 60_000 },
  async () => {
    emulator = await startEmulator();
    const flags = ["--run-id", "killed", "--trials", "2", "--parallel", "1", "--prompt", "p"];
    const agent = ["--", "sh", "-c", "sleep $((MX_TRIAL * 300)); echo on"];
    const cloud = ["--backend", "modal", "--quiet", "--modal-results-volume", "results"];
    const killed = start("mx-sandbox", [...cloud, ...flags, ...agent], {
      ...temp.env,
      ...emulator.env,
    });
    const isThere = () =>
      emulator.volumes().some(({ files }) => Object.keys(files).some((p) => /\/trials\//.test(p)));
    await until("a trial in the volume", isThere);
    killed.kill("SIGKILL");
    await killed;
    const pulled = await pull("last");
    expect(pulled.exitCode, pulled.stderr).toBe(0);
    expect(ofType<Run>(pulled.stdout, "run")[0]).toMatchObject({
      run_id: "killed",
      state: "running",
    });
    const { stdout } = await results(["show", "killed"]);
    expect(ofType<Trial>(stdout, "trial").map(({ output }) => output)).toEqual(["on\n"]);
  },
);

describe("mx-results pull", () => {
  let original: Map<string, string>;
  let trials: string[];
  beforeEach(async () => {
    emulator = await startEmulator({ isolation: "none" });
    const agent = ["--", "sh", "-c", "head -c 30000 /dev/urandom | base64; echo told >&2"];
    const args = ["--backend", "process", "--quiet", "--trials", "12", "--prompt", "p"];
    const { exitCode } = await runBin("mx-sandbox", [...args, "--run-id", id, ...agent], temp.env);
    expect(exitCode).toBe(0);
    original = contents(folderOf(temp.env["MX_HOME"]!));
    trials = original.get("trials.ndjson")!.trimEnd().split("\n");
    expect(original.size).toBe(2 + trials.length);
  });

  test("a second pull changes nothing and asks for no file", async () => {
    await upload(original);
    expect(await pull()).toMatchObject({ exitCode: 0 });
    expect(contents(folderOf(other()))).toEqual(original);
    const before = emulator.counts()["VolumeGetFile2"]!;
    const second = await pull(id.slice(0, 12));
    expect(second).toMatchObject({ exitCode: 0, stdout: original.get("run.json") });
    expect(second.stderr).toContain("0 attempts and 0 files are new here");
    expect(contents(folderOf(other()))).toEqual(original);
    // run.json and the journal, which may have grown.
    expect(emulator.counts()["VolumeGetFile2"]! - before).toBe(2);
  });

  test("a killed pull leaves nothing that looks whole, and the next one goes on with it", async () => {
    await upload(original);
    const slow = { rpc: "VolumeGetFile2", skip: 7, times: 1e6, delayMs: 20_000 };
    emulator.faults.add(slow);
    const killed = start("mx-results", ["pull", id, "--volume", "results"], {
      ...temp.env,
      ...emulator.env,
      MX_HOME: other(),
    });
    const isHere = () =>
      existsSync(folderOf(other()))
        ? names(folderOf(other())).filter((path) => /^artifacts\/.*\/\d/.test(path)).length
        : 0;
    await until("five artifacts", () => isHere() >= 5);
    killed.kill("SIGKILL");
    await killed;
    const left = contents(folderOf(other()));
    expect(isHere()).toBe(5);
    expect(left.has("trials.ndjson") || left.has("run.json")).toBe(false);
    const shown = await results(["show", id]);
    expect(shown).toMatchObject({ exitCode: 0, stdout: "" });

    emulator.faults.clear();
    const next = await pull();
    expect(next).toMatchObject({ exitCode: 0 });
    expect(next.stderr).toContain(`12 attempts and 7 files are new here`);
    expect(contents(folderOf(other()))).toEqual(original);
  });

  test("a run that was killed is there as far as it came, and what it does later is added", async () => {
    const parsed = trials.map((line) => JSON.parse(line) as Trial);
    const single = (n: number) => {
      const { key, attempt } = parsed[n]!;
      return [`trials/${key}-${attempt}.ndjson`, `${trials[n]}\n`] as const;
    };
    const artifacts = [...original].filter(([path]) => path.startsWith("artifacts/"));
    await upload(new Map([...artifacts, single(0), single(1), single(2)]));
    expect(await pull()).toMatchObject({ exitCode: 0, stdout: "" });
    expect((await results(["show", id])).stdout.split("\n")).toHaveLength(4);

    // A line that only this store has, and one that a kill has cut off.
    const journal = join(folderOf(other()), "trials.ndjson");
    appendFileSync(journal, `${trials[11]}\n${trials[4]?.slice(0, 50)}`);
    await upload(original);
    const whole = await pull();
    expect(whole).toMatchObject({ exitCode: 0, stdout: original.get("run.json") });
    expect(whole.stderr).toContain("8 attempts and ");
    const lines = readFileSync(journal, "utf8").trimEnd().split("\n");
    expect(new Set(lines.slice(0, 4))).toEqual(new Set([...trials.slice(0, 3), trials[11]]));
    expect(lines.toSorted()).toEqual(trials.toSorted());
  });

  test("another run of the same name is left alone", async () => {
    await upload(original);
    const [first = ""] = trials;
    const folder = folderOf(other());
    mkdirSync(folder, { recursive: true });
    const rerun = JSON.stringify({ ...JSON.parse(first), started_at: "2026-02-14T10:30:00.000Z" });
    writeFileSync(join(folder, "trials.ndjson"), `${rerun}\n`);
    const before = contents(folder);
    const attempts = await pull();
    expect(attempts).toMatchObject({ exitCode: 2, stdout: "" });
    expect(attempts.stderr).toMatch(
      /attempt 0 of task .* is not that of results:runs\/.*\n.*MX_HOME=/,
    );
    expect(contents(folder)).toEqual(before);

    const run = {
      ...JSON.parse(original.get("run.json")!),
      started_at: "2026-02-14T10:30:00.000Z",
    };
    writeFileSync(join(folder, "run.json"), JSON.stringify(run));
    const runs = await pull();
    expect(runs).toMatchObject({ exitCode: 2, stdout: "" });
    expect(runs.stderr).toMatch(
      /here began at 2026-02-14T10:30:00.000Z, and the one in volume results/,
    );
  });

  test("what is missing or damaged in the volume is said, and all else is kept", async () => {
    const paths = [...original.keys()].filter((path) => path.startsWith("artifacts/"));
    const [gone = "", changed = ""] = paths;
    const text = original.get(changed)!;
    const copy = new Map([...original, [changed, text.replace(/./, "!")]]);
    copy.delete(gone);
    await upload(copy);
    const partly = await pull();
    expect(partly).toMatchObject({ exitCode: 65, stdout: original.get("run.json") });
    expect(partly.stderr).toMatch(/volume results has no whole copy of artifacts\/.* and 1 others/);
    const kept = contents(folderOf(other()));
    expect([...original.keys()].filter((path) => !kept.has(path))).toEqual([gone, changed]);
    await upload(original);
    expect(await pull()).toMatchObject({ exitCode: 0 });
    expect(contents(folderOf(other()))).toEqual(original);
  });

  test("no name or line in a volume leads out of the run's folder", async () => {
    const outside = createHash("sha256").update("x").digest("hex");
    const artifact = { path: "../../../escaped", bytes: 1, sha256: outside };
    const trial = { ...JSON.parse(trials[0]!), artifacts: { stdout: artifact } };
    await upload(
      new Map([
        ["trials.ndjson", `${JSON.stringify(trial)}\n`],
        ["lock", "x"],
        [".trials.ndjson.tmp", "x"],
        ["artifacts/x/link", "x"],
        ["trials/more.ndjson", "x"],
      ]),
    );
    await upload(new Map([["run.json", "x"]]), ".hidden");
    expect((await results(["list", "--volume", "results"])).stdout).toBe("");
    const { exitCode, stderr } = await pull();
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 65,
      stderr: expect.stringMatching(/no whole copy of \.\.\/\.\.\/\.\.\/escaped/),
    });
    expect([...contents(other()).keys()]).toEqual([`runs/${id}/trials.ndjson`]);
    expect(existsSync(join(temp.folder, "escaped"))).toBe(false);
  });

  test("a damaged journal is named with its line", async () => {
    await upload(new Map([["trials.ndjson", `${trials[0]}\noops\n${trials[1]}\n`]]));
    const { exitCode, stderr } = await pull();
    expect(exitCode).toBe(65);
    expect(stderr).toContain(`results:runs/${id}/trials.ndjson:2: not JSON: oops`);
    expect(existsSync(join(folderOf(other()), "trials.ndjson"))).toBe(false);
  });

  test("what cannot be found or reached", async () => {
    await upload(original);
    const ends = async (args: string[], env: Record<string, string> = {}) => {
      const { exitCode, stdout, stderr } = await results(args, env);
      expect(stdout).toBe("");
      return `${exitCode} ${stderr.trim()}`;
    };
    const volume = ["--volume", "results"];
    expect(await ends(["pull", id])).toMatch(/^2 .*--volume is missing\n/);
    expect(await ends(["pull", "nope", ...volume])).toMatch(
      /^2 .*no run "nope" in volume results\n.*list --volume results/,
    );
    expect(await ends(["pull", id, "--volume", "none"])).toMatch(/^2 .*no volume "none"/);
    expect(await ends(["list", "--volume", "none"])).toMatch(/^2 .*no volume "none"/);
    expect(await ends(["list", ...volume, "--modal-environment", "none"])).toMatch(/^2 /);
    expect(await ends(["list", "--modal-environment", "main"])).toMatch(/^2 .*--volume/);
    expect(await ends(["list", ...volume], { MODAL_TOKEN_ID: "" })).toMatch(/^2 .*credentials/);
    const away = { MODAL_SERVER_URL: "http://127.0.0.1:9" };
    expect(await ends(["list", ...volume], away)).toMatch(/^69 .*volume results: /);
    expect(existsSync(other())).toBe(false);
  });
});
