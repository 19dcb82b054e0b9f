import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isFull } from "./support/is-full.ts";
import { onTerminal } from "./support/on-terminal.ts";
import { ofType, root, start, type Ended } from "./support/run-bin.ts";
import { providerKey, setupAlone, SetupFolder } from "./support/setup-folder.ts";

interface Resource {
  kind: string;
  name: string;
  action: string;
  keys?: string[];
  reason?: string;
  dry_run?: true;
}

const resources = ({ stdout }: Ended) => ofType<Resource>(stdout, "resource");
const actions = (ended: Ended) =>
  Object.fromEntries(resources(ended).map(({ name, action }) => [name, action]));
const all = (action: string) =>
  Object.fromEntries(
    ["lab", "providers", "gateway", "database", "app", "results", "cache"].map((name) => [
      name,
      action,
    ]),
  );

describe("a file, twice", () => {
  test("the first run makes everything, the second changes nothing", async () => {
    await using folder = await SetupFolder.open();
    const first = await folder.run("--yes");
    expect(first.exitCode, first.stderr).toBe(0);
    expect(actions(first)).toEqual(all("create"));
    expect(resources(first)[1]).toMatchObject({ keys: ["PROVIDER_KEY", "PROVIDER_URL"] });

    const generated = folder.generated();
    expect(generated?.["MASTER_KEY"]).toMatch(/^sk-[0-9a-f]{40}$/);
    expect(generated?.["DB_PASSWORD"]).toMatch(/^[0-9a-f]{64}$/);
    expect(folder.secrets()).toEqual({
      providers: { PROVIDER_KEY: providerKey, PROVIDER_URL: "https://provider.example" },
      gateway: { MASTER_KEY: generated?.["MASTER_KEY"] },
      database: { DB_USER: "lab", DB_PASSWORD: generated?.["DB_PASSWORD"] },
      app: { GATEWAY_KEY: generated?.["MASTER_KEY"] },
    });
    const volumes = folder.emulator.volumes("lab").map(({ name, version }) => [name, version]);
    expect(volumes).toEqual([
      ["results", 2],
      ["cache", 1],
    ]);

    const before = { writes: folder.writes(), files: folder.files(), secrets: folder.secrets() };
    // Nothing is to be changed, so that nobody has to be asked.
    const second = await folder.run();
    expect(second).toMatchObject({ exitCode: 0, stderr: "" });
    expect(actions(second)).toEqual(all("keep"));
    expect({ writes: folder.writes(), files: folder.files(), secrets: folder.secrets() }).toEqual(
      before,
    );
  });

  test("--dry-run says it and does nothing, twice the same", async () => {
    await using folder = await SetupFolder.open();
    const before = folder.files();
    const first = await folder.run("--dry-run");
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(actions(first)).toEqual(all("create"));
    expect(resources(first).every(({ dry_run: dryRun }) => dryRun === true)).toBe(true);
    expect(await folder.run("--dry-run")).toEqual(first);
    expect(folder.files()).toEqual(before);
    expect(folder.writes()).toBe(0);
  });

  test("without a terminal it does not guess", async () => {
    await using folder = await SetupFolder.open();
    const { exitCode, stdout, stderr } = await folder.run();
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("--yes");
    expect(folder.writes()).toBe(0);
    expect(folder.generated()).toBeNull();
  });

  test("a required value that is missing skips its secret, makes the others, and is not success", async () => {
    await using folder = await SetupFolder.open();
    folder.write(".env", "PROVIDER_KEY=\n");
    const ended = await folder.run("--yes");
    expect(ended.exitCode).toBe(75);
    expect(actions(ended)).toEqual({ ...all("create"), providers: "skip" });
    expect(resources(ended)[1]?.reason).toBe("PROVIDER_KEY is not in .env nor in the environment");
    expect(Object.keys(folder.secrets())).toEqual(["gateway", "database", "app"]);
    // The environment stands in for the file.
    const next = await folder.runWith({ PROVIDER_KEY: providerKey }, "--yes");
    expect(next.exitCode, next.stderr).toBe(0);
    expect(actions(next)).toEqual({ ...all("keep"), providers: "create" });
  });

  test("an optional secret without any value is left out, and that is fine", async () => {
    await using folder = await SetupFolder.open();
    folder.write(
      "mx.setup.yaml",
      "environment: lab\nsecrets: { hf: { HF_TOKEN: { optional: true } } }\n",
    );
    const ended = await folder.run("--yes");
    expect(ended.exitCode).toBe(0);
    expect(actions(ended)).toEqual({ lab: "create", hf: "skip" });
    folder.write(".env", "HF_TOKEN=hf_1234567890\n");
    expect(actions(await folder.run("--yes"))).toEqual({ lab: "keep", hf: "create" });
    expect(folder.secrets()).toEqual({ hf: { HF_TOKEN: "hf_1234567890" } });
  });
});

describe("a value that exists is kept", () => {
  test("a change at the source is sent, with the keys that are new, and nothing else is", async () => {
    await using folder = await SetupFolder.open();
    await folder.run("--yes");
    const before = folder.secrets();
    folder.write(".env", "PROVIDER_KEY=provider-secret-value-2\nOTHER_KEY=other-secret-value\n");
    const ended = await folder.run("--yes");
    expect(actions(ended)).toEqual({ ...all("keep"), providers: "update" });
    expect(resources(ended)[1]?.reason).toBe("OTHER_KEY: from .env; PROVIDER_KEY: changed in .env");
    expect(folder.secrets()).toEqual({
      ...before,
      providers: {
        PROVIDER_KEY: "provider-secret-value-2",
        PROVIDER_URL: "https://provider.example",
        OTHER_KEY: "other-secret-value",
      },
    });
    // A value that is gone from its source stays where it was put.
    folder.write(".env", "");
    const gone = await folder.run();
    expect(gone.exitCode).toBe(0);
    expect(actions(gone)).toEqual(all("keep"));
  });

  test("what others have put is not written over, and is said to be theirs; --rotate sends it", async () => {
    await using first = await SetupFolder.open();
    await first.run("--yes");
    const before = first.secrets();
    // Another machine: the same file, another .env, nothing generated.
    await using second = await SetupFolder.open();
    second.write(".env", "PROVIDER_KEY=provider-secret-value-3\n");
    const ended = await second.runWith(first.emulator.env);
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(actions(ended)).toEqual(all("keep"));
    expect(resources(ended)[1]?.reason).toContain("PROVIDER_KEY, PROVIDER_URL: not put from here");
    expect(second.generated()).toBeNull();
    expect(first.secrets()).toEqual(before);

    const sent = await second.runWith(
      first.emulator.env,
      "--yes",
      "--rotate",
      "providers.PROVIDER_KEY",
    );
    expect(actions(sent)).toEqual({ ...all("keep"), providers: "update" });
    expect(first.secrets()["providers"]?.["PROVIDER_KEY"]).toBe("provider-secret-value-3");
  });

  test("a generated value that only Modal has is not made a second time for another secret", async () => {
    await using folder = await SetupFolder.open();
    await folder.run("--yes");
    await folder.emulator.close();
    await using other = await SetupFolder.open();
    other.write(
      "mx.setup.yaml",
      "environment: lab\nsecrets: { gateway: { MASTER_KEY: { generate: true } } }\n",
    );
    await other.run("--yes");
    await using third = await SetupFolder.open();
    const ended = await third.runWith(other.emulator.env, "--yes");
    expect(ended.exitCode).toBe(75);
    expect(actions(ended)).toEqual({ ...all("create"), lab: "keep", gateway: "keep", app: "skip" });
    expect(resources(ended).find(({ name }) => name === "app")?.reason).toContain(
      "--rotate gateway",
    );
  });

  test("--rotate makes a new value everywhere that has it, once", async () => {
    await using folder = await SetupFolder.open();
    await folder.run("--yes");
    const before = folder.generated();
    const ended = await folder.run("--yes", "--rotate", "gateway");
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(actions(ended)).toEqual({ ...all("keep"), gateway: "update", app: "update" });
    const after = folder.generated();
    expect(after?.["MASTER_KEY"]).not.toBe(before?.["MASTER_KEY"]);
    expect(after?.["DB_PASSWORD"]).toBe(before?.["DB_PASSWORD"]);
    expect(folder.secrets()).toMatchObject({
      gateway: { MASTER_KEY: after?.["MASTER_KEY"] },
      app: { GATEWAY_KEY: after?.["MASTER_KEY"] },
      database: { DB_PASSWORD: before?.["DB_PASSWORD"] },
    });
    expect(actions(await folder.run())).toEqual(all("keep"));
  });

  test("--rotate of what the file does not have names what it has", async () => {
    await using folder = await SetupFolder.open();
    const { exitCode, stderr } = await folder.run("--yes", "--rotate", "databse.DB_PASSWORD");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("did you mean database.DB_PASSWORD?");
    expect(folder.writes()).toBe(0);
  });

  test("a volume of another version is no success, and stays", async () => {
    await using folder = await SetupFolder.open();
    await folder.run("--yes");
    folder.write("mx.setup.yaml", "environment: lab\nvolumes: { results: { version: 1 } }\n");
    const ended = await folder.run("--yes");
    expect(ended.exitCode).toBe(75);
    expect(actions(ended)).toEqual({ lab: "keep", results: "skip" });
  });

  test("two at once generate one value", async () => {
    await using folder = await SetupFolder.open();
    folder.emulator.faults.add({ rpc: "EnvironmentList", times: 2, delayMs: 300 });
    const both = await Promise.all([folder.run("--yes"), folder.run("--yes")]);
    expect(new Set(both.map(({ exitCode }) => exitCode))).toEqual(new Set([0, 2]));
    expect(both.map(({ stderr }) => stderr).join("")).toContain("another mx-setup is at work");
    expect(folder.secrets()["gateway"]?.["MASTER_KEY"]).toBe(folder.generated()?.["MASTER_KEY"]);
  });
});

describe("on a terminal", () => {
  const question = "Make these 7 changes? [y/N]";

  test("it shows the plan and asks; no changes nothing", async () => {
    await using folder = await SetupFolder.open();
    const { screen, exitCode } = await onTerminal("mx-setup", [{ question, answer: "no\n" }], {
      env: folder.env,
      cwd: folder.path,
    });
    expect(exitCode).toBe(75);
    expect(screen).toMatch(/secret +gateway +create +MASTER_KEY: generated/);
    expect(screen).toContain("nothing was changed");
    expect(folder.writes()).toBe(0);
    expect(folder.generated()).toBeNull();
  });

  test("yes makes the changes and shows a table", async () => {
    await using folder = await SetupFolder.open();
    const { screen, exitCode } = await onTerminal("mx-setup", [{ question, answer: "y\n" }], {
      env: folder.env,
      cwd: folder.path,
    });
    expect(exitCode, screen).toBe(0);
    expect(screen.split(question)[1]).toMatch(/volume +results +create/);
    expect(screen).not.toContain('"type"');
    expect(Object.keys(folder.secrets())).toHaveLength(4);
  });

  test("Ctrl-D is no, and Ctrl-C ends it", async () => {
    await using folder = await SetupFolder.open();
    const place = { env: folder.env, cwd: folder.path };
    const end = await onTerminal("mx-setup", [{ question, answer: "\u0004" }], place);
    expect(end.exitCode).toBe(75);
    const interrupt = await onTerminal("mx-setup", [{ question, answer: "\u0003" }], place);
    expect(interrupt.exitCode).toBe(130);
    expect(folder.writes()).toBe(0);
  });

  test("destroy wants the environment's name", async () => {
    await using folder = await SetupFolder.open();
    await folder.run("--yes");
    const place = { env: folder.env, cwd: folder.path };
    const asked = "Type the environment's name, lab, to delete:";
    const wrong = await onTerminal("mx-setup destroy", [{ question: asked, answer: "y\n" }], place);
    expect(wrong.exitCode).toBe(75);
    expect(Object.keys(folder.secrets())).toHaveLength(4);
    const right = await onTerminal(
      "mx-setup destroy",
      [{ question: asked, answer: "lab\n" }],
      place,
    );
    expect(right.exitCode).toBe(0);
    expect(folder.secrets()).toEqual({});
    expect(folder.emulator.volumes("lab")).toHaveLength(2);
  });
});

describe("destroy", () => {
  test("takes what the file names, in reverse, and keeps volumes and what others have made", async () => {
    await using folder = await SetupFolder.open();
    await folder.run("--yes");
    const kept = await folder.run("destroy", "--yes");
    expect(kept.exitCode).toBe(0);
    expect(resources(kept).map(({ name, action }) => `${action} ${name}`)).toEqual([
      "keep cache",
      "keep results",
      "delete app",
      "delete database",
      "delete gateway",
      "delete providers",
      "keep lab",
    ]);
    expect(kept.stderr).toContain("not touched: .mx/secrets/lab.env");
    // What comes after it has the same password, as the volume may need it.
    const password = folder.generated()?.["DB_PASSWORD"];
    await folder.run("--yes");
    expect(folder.secrets()["database"]?.["DB_PASSWORD"]).toBe(password);
  });

  test("--volumes takes the environment too, where nothing else is in it", async () => {
    await using folder = await SetupFolder.open();
    await folder.run("--yes");
    const before = folder.writes();
    const planned = await folder.run("destroy", "--volumes", "--dry-run");
    expect(actions(planned)).toEqual(all("delete"));
    expect(folder.writes()).toBe(before);
    expect((await folder.run("destroy", "--volumes")).exitCode).toBe(2);
    const gone = await folder.run("destroy", "--volumes", "--yes");
    expect(actions(gone)).toEqual(all("delete"));
    expect(folder.emulator.environments()).toEqual(["main"]);
    const again = await folder.run("destroy", "--volumes", "--yes");
    expect(again.exitCode).toBe(0);
    expect(actions(again)).toEqual(all("skip"));
  });

  test("an environment with something of somebody else's in it stays", async () => {
    await using folder = await SetupFolder.open();
    await folder.run("--yes");
    folder.write(
      "theirs.yaml",
      "environment: lab\nsecrets: { theirs: { A: { default: theirs } } }\n",
    );
    await folder.run("theirs.yaml", "--yes");
    const ended = await folder.run("destroy", "--volumes", "--yes");
    expect(actions(ended)).toEqual({ ...all("delete"), lab: "keep" });
    expect(ended.stderr).toContain("not touched in lab: secret theirs");
    expect(folder.secrets()).toEqual({ theirs: { A: "theirs" } });
  });
});

describe("killed anywhere", () => {
  /** What must hold at the end, and what was sent before the kill must be what is there after it. */
  async function completes(folder: SetupFolder) {
    const atKill = { secrets: folder.secrets(), generated: folder.generated() };
    const ended = await folder.run("--yes");
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(folder.secrets()).toMatchObject(atKill.secrets);
    expect(folder.generated()).toMatchObject(atKill.generated ?? {});
    const generated = folder.generated();
    expect(folder.secrets()).toEqual({
      providers: { PROVIDER_KEY: providerKey, PROVIDER_URL: "https://provider.example" },
      gateway: { MASTER_KEY: generated?.["MASTER_KEY"] },
      database: { DB_USER: "lab", DB_PASSWORD: generated?.["DB_PASSWORD"] },
      app: { GATEWAY_KEY: generated?.["MASTER_KEY"] },
    });
    const writes = folder.writes();
    const last = await folder.run();
    expect(actions(last)).toEqual(all("keep"));
    // It knows what it has put, also where the kill came before the reply.
    expect(resources(last).filter(({ reason }) => reason !== undefined)).toEqual([]);
    expect(folder.writes()).toBe(writes);
  }

  const calls = [
    ["AuthTokenGet", "EnvironmentList", "EnvironmentCreate"],
    ["SecretGetOrCreate", "SecretList"], // its values, and whether they are there
    ["SecretGetOrCreate", "SecretList"],
    ["SecretGetOrCreate", "SecretList"],
    ["SecretGetOrCreate", "SecretList"],
    ["VolumeGetOrCreate", "VolumeGetOrCreate"],
  ].flat();
  // Where nothing is written, a kill leaves what the one before it left.
  const kills = calls.flatMap((rpc, nth) => {
    const writes = rpc.includes("Create");
    const ways = writes ? [true, false] : isFull ? [true] : [];
    return ways.map((arrives) => ({ nth, rpc, arrives }));
  });

  test.each(kills)(
    "at call $nth, $rpc; it arrives: $arrives",
    { timeout: 60_000 },
    async (kill) => {
      await using folder = await SetupFolder.open();
      const child = start("mx-setup", ["--yes"], folder.env, { cwd: folder.path, stdin: "ignore" });
      let seen = 0;
      folder.emulator.faults.add({
        rpc: "*",
        error: { code: "UNAVAILABLE" },
        when: () => {
          const isNow = seen === kill.nth;
          seen += 1;
          if (isNow) child.kill("SIGKILL");
          return isNow && !kill.arrives;
        },
      });
      expect((await child).signal).toBe("SIGKILL");
      expect(folder.emulator.calls.at(kill.nth)?.rpc).toBe(kill.rpc);
      folder.emulator.faults.clear();
      await completes(folder);
    },
  );

  test(
    "at random moments, ten times over, in the middle of a rotation too",
    { timeout: 120_000 },
    async () => {
      await using folder = await SetupFolder.open();
      let startMs = Infinity;
      for (let round = 0; round < 2; round += 1) {
        const began = performance.now();
        await folder.run("--dry-run");
        startMs = Math.min(startMs, performance.now() - began);
      }
      let kills = 0;
      for (let round = 0; round < 10; round += 1) {
        const rotate = round % 2 === 1 ? ["--rotate", "database"] : [];
        const child = start("mx-setup", ["--yes", ...rotate], folder.env, {
          cwd: folder.path,
          stdin: "ignore",
        });
        const timer = setTimeout(() => child.kill("SIGKILL"), startMs * (0.3 + Math.random()));
        if ((await child).signal === "SIGKILL") kills += 1;
        clearTimeout(timer);
      }
      expect(kills).toBeGreaterThan(0);
      const ended = await folder.run("--yes");
      expect(ended.exitCode, ended.stderr).toBe(0);
      const generated = folder.generated();
      expect(folder.secrets()).toMatchObject({
        gateway: { MASTER_KEY: generated?.["MASTER_KEY"] },
        database: { DB_PASSWORD: generated?.["DB_PASSWORD"] },
        app: { GATEWAY_KEY: generated?.["MASTER_KEY"] },
      });
      expect(actions(await folder.run())).toEqual(all("keep"));
    },
  );
});

describe("no value is shown", () => {
  /** The command lines of all processes that there were while `work` went on. */
  async function commandLines<T>(work: Promise<T>): Promise<[T, string]> {
    const seen = new Set<string>();
    const timer = setInterval(() => {
      for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        try {
          seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
        } catch {
          // it has ended
        }
      }
    }, 2);
    const result = await work;
    clearInterval(timer);
    return [result, [...seen].join("\n")];
  }

  test("on stdout, stderr or a command line, with MX_DEBUG and with a Modal that repeats what it gets", async () => {
    await using folder = await SetupFolder.open();
    folder.emulator.faults.add({
      rpc: "SecretGetOrCreate",
      error: { code: "INVALID_ARGUMENT", message: `the value ${providerKey} is not good` },
    });
    const [failed, lines] = await commandLines(folder.runWith({ MX_DEBUG: "1" }, "--yes"));
    expect(failed.exitCode).toBe(69);
    expect(resources(failed)[1]).toMatchObject({
      action: "fail",
      reason: "the value *** is not good",
    });
    folder.emulator.faults.add({
      rpc: "SecretList",
      error: { code: "INVALID_ARGUMENT", message: `the value ${providerKey} is not good` },
    });
    const refused = await folder.runWith({ MX_DEBUG: "1" }, "--yes");
    expect(refused.exitCode).toBe(69);
    expect(refused.stderr).toContain("the value *** is not good");
    const [last, moreLines] = await commandLines(folder.runWith({ MX_DEBUG: "1" }, "--yes"));
    expect(last.exitCode, last.stderr).toBe(0);
    expect(lines).toContain("mx-setup");

    const values = [
      providerKey,
      ...Object.values(folder.generated() ?? {}),
      folder.env["MODAL_TOKEN_SECRET"] ?? "",
    ];
    expect(values).toHaveLength(4);
    for (const text of [failed, refused, last].flatMap(({ stdout, stderr }) => [stdout, stderr])) {
      for (const value of values) expect(text).not.toContain(value);
    }
    for (const value of values) expect(lines + moreLines).not.toContain(value);
  });

  test("in any file but the .env that it came from and the one for its owner alone", async () => {
    await using folder = await SetupFolder.open();
    await folder.run("--yes");
    const values = Object.values(folder.generated() ?? {});
    const holding = folder
      .files()
      .filter(({ text }) => [...values, providerKey].some((value) => text.includes(value)));
    expect(holding.map(({ name, mode }) => [name, mode === 0o600])).toEqual(
      expect.arrayContaining([[".mx/secrets/lab.env", true]]),
    );
    expect(holding.map(({ name }) => name).sort()).toEqual([".env", ".mx/secrets/lab.env"]);
    expect(folder.files().find(({ name }) => name.endsWith(".put.json"))?.mode).toBe(0o600);
    expect(folder.files().find(({ name }) => name === ".mx/secrets/.gitignore")?.text).toBe("*\n");
  });
});

describe("faults", () => {
  test("a Modal that is away for a moment is asked again", async () => {
    await using folder = await SetupFolder.open();
    folder.emulator.faults.add({
      rpc: "SecretGetOrCreate",
      times: 2,
      error: { code: "UNAVAILABLE" },
    });
    const ended = await folder.run("--yes");
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(folder.emulator.counts()["SecretGetOrCreate"]).toBe(6);
  });

  test("one that stays away is asked so often and no more; the rest is left for the next run", async () => {
    await using folder = await SetupFolder.open();
    const fault = folder.emulator.faults.add({
      rpc: "SecretGetOrCreate",
      times: Infinity,
      error: { code: "UNAVAILABLE" },
    });
    const ended = await folder.run("--yes");
    expect(ended.exitCode).toBe(69);
    expect(fault.hits).toBe(4);
    expect(actions(ended)).toEqual({ ...all("skip"), lab: "create", providers: "fail" });
    fault.remove();
    const next = await folder.run("--yes");
    expect(next.exitCode).toBe(0);
    expect(actions(next)).toEqual({ ...all("create"), lab: "keep" });
  });

  test("a reply that is lost does no harm", async () => {
    await using folder = await SetupFolder.open();
    const error = { code: "UNAVAILABLE" } as const;
    folder.emulator.faults.add({ rpc: "SecretGetOrCreate", error, after: true });
    folder.emulator.faults.add({ rpc: "EnvironmentCreate", error, after: true });
    folder.emulator.faults.add({ rpc: "VolumeGetOrCreate", error, after: true });
    const ended = await folder.run("--yes");
    expect(ended.exitCode, ended.stdout).toBe(0);
    expect(actions(await folder.run())).toEqual(all("keep"));
  });

  test("a secret that is in the way although it was not there is ours only with the keys that were sent", async () => {
    await using folder = await SetupFolder.open();
    folder.emulator.faults.add({ rpc: "SecretGetOrCreate", error: { code: "ALREADY_EXISTS" } });
    const ended = await folder.run("--yes");
    expect(ended.exitCode).toBe(69);
    expect(resources(ended)[1]).toMatchObject({ name: "providers", action: "fail" });
    expect(resources(ended)[1]?.reason).toContain("somebody else has made it");
    expect((await folder.run("--yes")).exitCode).toBe(0);
  });

  test("credentials that are refused, or missing, are said so", async () => {
    await using folder = await SetupFolder.open();
    const refused = await folder.runWith({ MODAL_TOKEN_SECRET: "wrong" }, "--dry-run");
    expect(refused.exitCode).toBe(69);
    expect(refused.stderr).toContain("MODAL_TOKEN_ID");
    const missing = await folder.runWith(
      { MODAL_TOKEN_ID: "", MODAL_TOKEN_SECRET: "" },
      "--dry-run",
    );
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain("there are no credentials for Modal");
  });

  test("a Modal that never answers is given up", async () => {
    await using folder = await SetupFolder.open();
    folder.emulator.faults.add({ rpc: "SecretGetOrCreate", times: Infinity, hang: true });
    const ended = await folder.run("--yes", "--timeout-s", "0.5");
    expect(ended.exitCode).toBe(69);
    expect(resources(ended)[1]).toMatchObject({ action: "fail" });
    expect(resources(ended)[1]?.reason).toContain("no answer within 0.5 s");
    folder.emulator.faults.clear();
    expect((await folder.run("--yes")).exitCode).toBe(0);
  });
});

describe("the file", () => {
  test("each error has its line and column, and no value of the file", async () => {
    await using folder = await SetupFolder.open();
    folder.write(
      "mx.setup.yaml",
      `environment: lab
secrets:
  one:
    KEY: { defualt: sk-pasted-secret, generate: { length: 3 } }
    "bad key": {}
  two:
    OTHER: { default: 5 }
volumes: [results]
`,
    );
    const { exitCode, stderr } = await folder.run("--dry-run");
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      "mx.setup.yaml:4:12: secrets.one.KEY.defualt: there is no such setting",
    );
    expect(stderr).toMatch(/mx\.setup\.yaml:4:\d+: secrets\.one\.KEY\.generate\.length: /);
    expect(stderr).toMatch(/mx\.setup\.yaml:5:5: secrets\.one\.bad key: a variable's name/);
    expect(stderr).toMatch(/mx\.setup\.yaml:7:14: secrets\.two\.OTHER\.default: expected string/);
    expect(stderr).toMatch(/mx\.setup\.yaml:8:1: volumes: /);
    expect(stderr).not.toContain("sk-pasted-secret");
    expect(folder.emulator.counts()).toEqual({});
  });

  test("what is no YAML is said with its place", async () => {
    await using folder = await SetupFolder.open();
    folder.write("mx.setup.yaml", "environment: lab\nsecrets: {one: sk-pasted-secret\n");
    const { exitCode, stderr } = await folder.run("--dry-run");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^mx-setup: mx\.setup\.yaml:\d+:\d+: /);
    expect(stderr).not.toContain("sk-pasted-secret");
  });

  test.each(["goat", "tau2", "modal-eval"])("the example %s works as it is", async (name) => {
    await using folder = await SetupFolder.open();
    const { stdout, exitCode } = await setupAlone(["--example", name]);
    expect(exitCode).toBe(0);
    folder.write("mx.setup.yaml", stdout);
    folder.write(
      ".env",
      ["AZURE_API_KEY", "AZURE_API_BASE", "OPENROUTER_API_KEY", "HF_TOKEN"]
        .map((key) => `${key}=value-of-${key}\n`)
        .join(""),
    );
    const ended = await folder.run("--yes");
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(resources(ended).filter(({ action }) => !["create", "keep"].includes(action))).toEqual(
      [],
    );
    const second = await folder.run();
    expect(resources(second).filter(({ action }) => action !== "keep")).toEqual([]);
  });

  test("the README's file is a good one", async () => {
    await using folder = await SetupFolder.open();
    const readme = readFileSync(join(root, "packages/mx-setup/README.md"), "utf8");
    folder.write("mx.setup.yaml", /^```yaml\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? "");
    folder.write(".env", "AZURE_API_KEY=azure-secret-value\n");
    const ended = await folder.run("--yes");
    expect(ended.exitCode, ended.stderr).toBe(0);
    const secrets = Object.fromEntries(
      folder.emulator.secrets("goat").map(({ name, values }) => [name, values]),
    );
    expect(secrets["goat-eval"]?.["OPENAI_API_KEY"]).toMatch(/^sk-\w{48}$/);
    expect(secrets["goat-eval"]?.["OPENAI_API_KEY"]).toBe(
      secrets["goat-litellm"]?.["LITELLM_MASTER_KEY"],
    );
  });

  test("--environment puts the same under another roof, with values of its own", async () => {
    await using folder = await SetupFolder.open();
    await folder.run("--yes");
    const ended = await folder.run("--yes", "--environment", "staging");
    expect(ended.exitCode).toBe(0);
    const [lab, staging] = [folder.emulator.secrets("lab"), folder.emulator.secrets("staging")];
    expect(staging.map(({ name }) => name)).toEqual(lab.map(({ name }) => name));
    expect(staging[2]?.values["DB_PASSWORD"]).not.toBe(lab[2]?.values["DB_PASSWORD"]);
  });
});
