/**
 * A model server with faults to order, started as the engine `command`:
 *
 *   node fake-server.js --port N [--model ID] [--delay MS] [--hang] [--stubborn] [--exit CODE] [--die-after MS]
 *     [--starts FILE] [--taken-once FILE] [--child]
 *
 * --hang never listens; --stubborn ignores SIGTERM; --exit ends before it listens; --starts appends a line per start;
 * --taken-once claims, where FILE is not there yet, that its port is in use; --child leaves a process in a session of
 * its own. SIGUSR2 has it let go of its port and live on. With $FAKE_KEY callers must send that key.
 */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    port: { type: "string" },
    model: { type: "string", default: "fake-model" },
    delay: { type: "string", default: "0" },
    "die-after": { type: "string" },
    exit: { type: "string" },
    starts: { type: "string" },
    "taken-once": { type: "string" },
    hang: { type: "boolean", default: false },
    stubborn: { type: "boolean", default: false },
    child: { type: "boolean", default: false },
  },
});

/** @param {number} status */
function die(status) {
  // oxlint-disable-next-line unicorn/no-process-exit -- a server that dies does not tidy up
  process.exit(status);
}

const key = process.env.FAKE_KEY;
console.log(`fake server ${process.pid} loads ${values.model}${key ? ` with key ${key}` : ""}`);
if (values.starts) appendFileSync(values.starts, `${process.pid}\n`);
if (values.stubborn) process.on("SIGTERM", () => console.log("no"));
if (values.child) {
  const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
  console.log(`child ${child.pid}`);
}
const once = values["taken-once"];
if (once && !existsSync(once)) {
  writeFileSync(once, "");
  console.error("Error: listen EADDRINUSE: address already in use");
  die(1);
}
if (values.exit) {
  console.error("there is not enough memory for the model");
  die(Number(values.exit));
}

const server = createServer((request, response) => {
  if (key && request.headers.authorization !== `Bearer ${key}`) {
    response.writeHead(401).end();
    return;
  }
  response.setHeader("content-type", "application/json");
  if (request.url === "/v1/models") {
    response.end(JSON.stringify({ object: "list", data: [{ id: values.model }] }));
    return;
  }
  const choices = [
    { index: 0, message: { role: "assistant", content: "fine" }, finish_reason: "stop" },
  ];
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  response.end(
    JSON.stringify({
      id: "1",
      object: "chat.completion",
      created: 1,
      model: values.model,
      choices,
      usage,
    }),
  );
});

setInterval(() => {}, 60_000);
if (!values.hang) {
  setTimeout(() => {
    server.listen(Number(values.port), "127.0.0.1", () => console.log("ready"));
  }, Number(values.delay));
}
process.on("SIGUSR2", () => {
  server.closeAllConnections();
  server.close();
});
if (values["die-after"]) {
  setTimeout(() => {
    console.error("CUDA error: an illegal memory access was encountered");
    die(3);
  }, Number(values["die-after"]));
}
