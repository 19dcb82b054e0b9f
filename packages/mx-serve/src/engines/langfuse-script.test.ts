import { execa } from "execa";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { choosePort } from "../places/local/choose-port.ts";
import { langfuseScript } from "./langfuse-script.ts";
import { postgresScript } from "./postgres-script.ts";

const psql = "/usr/bin/psql";
let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "mx-langfuse-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Stands in for Langfuse in its image: answers with its variables, and lets in who has the password. */
const server = `
require("node:http").createServer((request, response) => {
  const { DATABASE_URL, DIRECT_URL, POSTGRES_PASSWORD = null } = process.env;
  response.end(JSON.stringify({ DATABASE_URL, DIRECT_URL, POSTGRES_PASSWORD }));
}).listen(Number(process.env.PORT), process.env.HOSTNAME);
`;

function write(path: string, text: string): void {
  writeFileSync(join(folder, path), text);
  chmodSync(join(folder, path), 0o755);
}

async function answerOf(url: string, alive: () => boolean): Promise<Record<string, string>> {
  for (;;) {
    const reply = await fetch(url).catch(() => null);
    if (reply !== null) return (await reply.json()) as Record<string, string>;
    expect(alive(), "Langfuse has ended").toBe(true);
    await sleep(100);
  }
}

test(
  "Postgres comes up before Langfuse, is its alone, and is shut down in order after it",
  { timeout: 60_000 },
  async ({ skip }) => {
    if (!existsSync("/usr/lib/postgresql") || !existsSync(psql)) {
      console.warn("skipped: Postgres is not installed");
      return skip("Postgres is not installed");
    }
    mkdirSync(join(folder, "web"));
    write("web/server.js", server);
    write("prisma", '#!/bin/sh\npsql "$DIRECT_URL" -qc "CREATE TABLE migrated (at text)"\n');
    write("start-postgres.sh", postgresScript);
    write("start-langfuse.sh", langfuseScript.replace("cd /app", `cd ${folder}`));
    const port = await choosePort(null);
    const password = "p@ss/w:rd?";
    const script = execa(
      "sh",
      [join(folder, "start-langfuse.sh"), folder, "127.0.0.1", String(port), "beside"],
      {
        reject: false,
        all: true,
        env: { LANGFUSE_POSTGRES_PASSWORD: password, PATH: `${folder}:${process.env["PATH"]}` },
      },
    );
    try {
      const alive = () => script.exitCode === null;
      const seen = await answerOf(`http://127.0.0.1:${port}/api/public/health`, alive);
      expect(seen["POSTGRES_PASSWORD"]).toBeNull();
      const url = seen["DATABASE_URL"] ?? "";
      expect(decodeURIComponent(new URL(url).password)).toBe(password);
      const { stdout } = await execa(psql, [url, "-tAc", "SELECT count(*) FROM migrated"]);
      expect(stdout).toBe("0");
      const wrong = url.replace(new URL(url).password, "wrong");
      expect((await execa(psql, [wrong, "-c", "SELECT 1"], { reject: false })).exitCode).not.toBe(
        0,
      );
    } finally {
      script.kill("SIGTERM");
    }
    const ended = await script;
    expect(ended.all).toContain("database system is shut down");
    expect(ended.exitCode).toBe(143);
    expect(existsSync(join(folder, "data/pg/postmaster.pid"))).toBe(false);
  },
);
