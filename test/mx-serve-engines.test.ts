import type { Endpoint } from "@mx/records";
import { execa } from "execa";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { isFull } from "./support/is-full.ts";
import { isThere } from "./support/is-there.ts";
import { modelApi } from "./support/model-api.ts";
import { pythonVenv } from "./support/python-venv.ts";
import { binFolder, ofType, root, runBin } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";

const temp = tempHome();
const run = (args: string[], extra: Record<string, string> = {}) =>
  runBin("mx-serve", args, { ...temp.env, ...extra });

afterEach(() => run(["stop", "--all"]));

const client = "psql";
const hasPostgres = isThere(client) && isThere("initdb");
if (!hasPostgres) console.warn("skipped: tests that need Postgres (apt-get install postgresql)");

describe.skipIf(!hasPostgres)("Postgres", () => {
  const postgres = ["up", "--engine", "postgres"];

  test(
    "is made, asked by psql, ended in order, and keeps what was written",
    { timeout: 120_000 },
    async () => {
      const write = "create table t (a int); insert into t values (42)";
      const made = await run([...postgres, "--", "psql", "-qAtc", write]);
      expect(made).toEqual({ exitCode: 0, stdout: "", stderr: "" });
      const [listed] = ofType<Endpoint>((await run(["list"])).stdout, "endpoint");
      const folder = join(temp.folder, "home/servers", listed?.name ?? "");
      expect(listed).toMatchObject({ engine: "postgres", state: "stopped" });
      // A clean end: no recovery follows, and nobody is left.
      expect(readFileSync(join(folder, "server.log"), "utf8")).toContain(
        "database system is shut down",
      );
      for (const name of ["key", "pgpass", "server.log"])
        expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
      const password = readFileSync(join(folder, "key"), "utf8").trim();

      const begun = await run([...postgres, "--detach"]);
      const [endpoint] = ofType<Endpoint>(begun.stdout, "endpoint");
      expect(endpoint?.base_url).toMatch(/^postgresql:\/\/mx@127\.0\.0\.1:\d+\/mx$/);
      expect(`${begun.stdout}${begun.stderr}`).not.toContain(password);
      const read = ["-AtXw", "-c", "select a from t"];
      const psql = (env: Record<string, string>) =>
        execa(client, [...read, endpoint?.base_url ?? ""], { env, reject: false });
      // By the password file, and not without one.
      expect(await psql({ PGPASSFILE: join(folder, "pgpass") })).toMatchObject({ stdout: "42" });
      expect(await psql({ PGPASSFILE: "/dev/null" })).toMatchObject({ exitCode: 2 });
      expect(await run(["status", "postgres"])).toMatchObject({ exitCode: 0 });
      const joined = await run([
        ...postgres,
        "--",
        "sh",
        "-c",
        'psql -AtXc "select a from t" "$DATABASE_URL"',
      ]);
      expect(joined).toMatchObject({ exitCode: 0, stdout: "42\n" });
      // Its data are one server's at a time, and outlive other settings, the password included.
      const more = [...postgres, "--postgres.max-connections=20"];
      const refused = await run([...more, "--", "true"]);
      expect(refused).toMatchObject({ exitCode: 69, stdout: "" });
      const { name } = endpoint!;
      expect(refused.stderr).toContain(`cannot have the data postgres-main: ${name} is up`);
      expect(refused.stderr).toContain(`mx-serve stop ${name}`);
      expect(await run(["stop", name])).toMatchObject({ exitCode: 0 });
      expect(await psql({ PGPASSFILE: join(folder, "pgpass") })).toMatchObject({ exitCode: 2 });
      const other = await run([
        ...more,
        ...["--", "psql", "-qAtXc", "select a from t; show max_connections"],
      ]);
      expect(other).toEqual({ exitCode: 0, stdout: "42\n20\n", stderr: "" });
    },
  );

  test.runIf(isFull)("data of another name are others", { timeout: 120_000 }, async () => {
    const psql = (words: string) => ["--", "psql", "-qAtXc", words];
    const write = "create table t (a int)";
    expect(await run([...postgres, ...psql(write)])).toMatchObject({ exitCode: 0 });
    const named = [...postgres, "--postgres.name=second"];
    const empty = await run([
      ...named,
      ...psql("select count(*) from pg_tables where tablename = 't'"),
    ]);
    expect(empty).toMatchObject({ exitCode: 0, stdout: "0\n" });
  });
});

/** It takes half a minute to start. Calls through it: proxy-clients.test.ts. */
describe.runIf(isFull)("LiteLLM", () => {
  let bin: string | null = null;
  beforeAll(async () => {
    bin = await pythonVenv(["litellm[proxy]==1.106.2"]);
  }, 400_000);

  test(
    "passes a call on, for its own key, with the provider's",
    { timeout: 180_000 },
    async ({ skip }) => {
      if (bin === null) return skip("the package cannot be installed from PyPI");
      await using api = await modelApi();
      const route = {
        name: "small",
        model: "openai/fake-model",
        api_base: api.url,
        api_key_env: "FAKE_API_KEY",
      };
      const call = JSON.stringify({ model: "small", messages: [{ role: "user", content: "hi" }] });
      const curl = `curl -s -H "authorization: Bearer $KEY" -H "content-type: application/json" -d '${call}' $OPENAI_BASE_URL/chat/completions`;
      const flags = ["up", "--engine", "litellm", `--litellm.routes=${JSON.stringify([route])}`];
      const { stdout, exitCode, stderr } = await run(
        [...flags, "--", "sh", "-c", `KEY=$OPENAI_API_KEY; ${curl}; echo; KEY=wrong; ${curl}`],
        { PATH: `${binFolder}:${bin}:${process.env["PATH"]}`, FAKE_API_KEY: "sk-of-the-provider" },
      );
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      const [good, bad] = stdout.split("\n").map((line) => JSON.parse(line) as object);
      expect(good).toMatchObject({
        choices: [{ message: { content: "It is 391 – no more, no less." } }],
      });
      // Without a database of its own it says 400 and not 401.
      expect(bad).toMatchObject({ error: { type: "no_db_connection" } });
      const calls = api.seen.filter(({ path }) => path.endsWith("/chat/completions"));
      expect(calls).toHaveLength(1);
      expect(calls[0]?.headers.authorization).toBe("Bearer sk-of-the-provider");
    },
  );
});

/** llama.cpp is compiled as it is installed, which takes minutes. */
describe.runIf(isFull)("llama.cpp", () => {
  let bin: string | null = null;
  beforeAll(async () => {
    bin = await pythonVenv(["llama-cpp-python[server]==0.3.16", "gguf==0.19.0"], 1_800_000);
  }, 1_800_000);

  test("serves a tiny model of random numbers", { timeout: 180_000 }, async ({ skip }) => {
    if (bin === null) return skip("the packages cannot be installed from PyPI");
    const python = join(bin, "python");
    const model = join(temp.folder, "tiny.gguf");
    await execa(python, [join(root, "test/support/tiny-gguf.py"), model]);
    const settings = ["--llama-cpp.program=llama_cpp.server", `--llama-cpp.python=${python}`];
    const call = JSON.stringify({ model: "tiny", prompt: "a b c", max_tokens: 4 });
    const curl = `curl -s -H "authorization: Bearer $OPENAI_API_KEY" -H "content-type: application/json" -d '${call}' $OPENAI_BASE_URL/completions`;
    const { stdout, stderr, exitCode } = await run([
      ...["up", model, "--engine", "llama-cpp", "--served-model-name", "tiny"],
      ...[...settings, "--llama-cpp.ctx_size=64", "--", "sh", "-c", curl],
    ]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(stdout)).toMatchObject({
      object: "text_completion",
      model: "tiny",
      usage: { completion_tokens: expect.any(Number) },
    });
  });
});
