import { createServer } from "node:http";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listenOnPort, listenOnSocket } from "./listen.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-listen-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test("everybody may connect to the socket", async () => {
  const server = createServer();
  await listenOnSocket(server, join(folder, "s"));
  expect((await stat(join(folder, "s"))).mode & 0o777).toBe(0o666);
  server.close();
});

test("the socket of a program that was killed is replaced, one that is in use is not", async () => {
  const path = join(folder, "s");
  const program = `require("net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`;
  await execa("node", ["-e", program, path], { reject: false });
  expect((await stat(path)).isSocket()).toBe(true);
  const server = createServer();
  await listenOnSocket(server, path);
  await expect(listenOnSocket(createServer(), path)).rejects.toThrow(
    "another program listens there",
  );
  server.close();
});

test("a file that is no socket stays; a path that is too long and a port in use are said", async () => {
  const path = join(folder, "f");
  await writeFile(path, "precious");
  await expect(listenOnSocket(createServer(), path)).rejects.toThrow("not a socket");
  const long = join(folder, "x".repeat(120));
  await expect(listenOnSocket(createServer(), long)).rejects.toThrow("longer than 107 bytes");
  const server = createServer();
  const port = await listenOnPort(server, "127.0.0.1", 0);
  expect(port).toBeGreaterThan(0);
  await expect(listenOnPort(createServer(), "127.0.0.1", port)).rejects.toMatchObject({
    exitCode: 2,
  });
  server.close();
});
