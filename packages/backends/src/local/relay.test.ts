import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostBackend, Sandbox } from "../sandbox.ts";
import { findProgram } from "./bubblewrap.ts";
import { noBubblewrap, sandbox, sh, testBackend } from "../testing/test-backend.ts";

const missing =
  noBubblewrap || (findProgram("socat", process.env) === null ? "socat is not installed" : "");

describe.skipIf(missing)(`the relay to the model ${missing}`, () => {
  let backend: HostBackend;
  let server: Server;
  let modelSocket: string;
  let box: Sandbox;
  beforeAll(async () => {
    backend = await testBackend("local");
    modelSocket = join(backend.scratch, "model.sock");
    // Answers with what it got, after the other side has said that this was all.
    server = createServer({ allowHalfOpen: true }, (socket) => {
      const chunks: Buffer[] = [];
      socket.on("error", () => {});
      socket.on("data", (chunk) => chunks.push(chunk));
      socket.on("end", () => setTimeout(() => socket.end(Buffer.concat(chunks)), 700));
    });
    await new Promise<void>((resolve) => server.listen(modelSocket, resolve));
    box = await sandbox(backend, { modelSocket });
  });
  afterAll(async () => {
    server.close();
    await backend[Symbol.asyncDispose]();
  });

  const client = (count: number, bytes: number) => `const net = require("net");
    let done = 0;
    for (let n = 0; n < ${count}; n++) {
      const socket = net.connect({ host: "127.0.0.1", port: 3128, allowHalfOpen: true });
      const sent = Buffer.alloc(${bytes}, n + 1); const got = [];
      socket.on("data", (chunk) => got.push(chunk));
      socket.on("error", (error) => console.log(String(error)));
      socket.on("end", () => { if (Buffer.concat(got).equals(sent)) done++; });
      socket.on("close", () => { if (n === ${count - 1} || done === ${count}) setTimeout(() => { console.log(done); process.exit() }, 500) });
      socket.end(sent);
    }`;

  test("carries many connections at a time, large streams and half-closed ones", async () => {
    expect(box.modelUrl).toBe("http://127.0.0.1:3128/v1");
    const many = await sh(box, `exec ${box.paths.node} -e '${client(20, 100_000)}'`, {
      relay: true,
    });
    expect(many).toMatchObject({ ended: "exited", stdout: "20\n" });
    const large = await sh(box, `exec ${box.paths.node} -e '${client(1, 50_000_000)}'`, {
      relay: true,
    });
    expect(large).toMatchObject({ ended: "exited", stdout: "1\n" });
  });

  test("is ready when the command starts, every time", async () => {
    const connect = `exec perl -MIO::Socket::INET -e 'IO::Socket::INET->new("127.0.0.1:3128") or die $@; print "ok"'`;
    for (let n = 0; n < 10; n++)
      expect((await sh(box, connect, { relay: true })).stdout).toBe("ok");
  });

  test("is there only where it was asked for, and listens on nothing else", async () => {
    const list = "cut -c7-20 /proc/net/tcp | tail -n +2; cat /proc/net/tcp6 | tail -n +2";
    expect((await sh(box, list)).stdout.trim()).toBe("");
    expect((await sh(box, list, { relay: true })).stdout.trim()).toMatch(/^0100007F:0C38$/);
    expect((await sh(box, "ls /mx/proxy.sock")).exitCode).not.toBe(0);
  });

  test("one sandbox cannot close the socket for the others", async () => {
    const { stdout } = await sh(
      box,
      "chmod 0 /mx/proxy.sock && echo closed; rm -f /mx/proxy.sock; ls /mx/proxy.sock",
      { relay: true },
    );
    expect(stdout).toBe("/mx/proxy.sock\n");
  });

  test("ends with the command, and holds neither its output nor its memory", async () => {
    const result = await sh(box, "echo done", { relay: true });
    expect(result).toMatchObject({ ended: "exited", exitCode: 0, stdout: "done\n", stderr: "" });
    expect(result.elapsedMs).toBeLessThan(5_000);
  });

  test("lives through an agent that hits the limit of processes", async () => {
    const small = await sandbox(backend, { modelSocket, limits: { processes: 8 } });
    const script = `exec perl -MIO::Socket::INET -e '
      sub reach { IO::Socket::INET->new("127.0.0.1:3128") ? "reached" : "refused" }
      for (1 .. 100) { my $pid = fork; last unless defined $pid; if (!$pid) { sleep 60; exit } push @pids, $pid }
      IO::Socket::INET->new("127.0.0.1:3128"); select undef, undef, undef, 0.2;
      kill 9, @pids; wait for @pids; select undef, undef, undef, 0.5; print reach()'`;
    expect(await sh(small, script, { relay: true })).toMatchObject({
      ended: "exited",
      stdout: "reached",
    });
    await small.release();
  });

  test("a socket that is not there is an error, not a trial without a model", async () => {
    const lost = await sandbox(backend, { modelSocket: join(backend.scratch, "none.sock") });
    await expect(sh(lost, "true", { relay: true })).rejects.toMatchObject({
      code: "model_unavailable",
      exitCode: 69,
    });
    await lost.release();
  });
});
