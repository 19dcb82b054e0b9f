// A model API for tests, as a program: --host, --port, --model; a key in the variable TINY_KEY, if any, is asked for.
// What goes wrong: --ignore-port (it listens nowhere), --exit-after MS, --mortal (GET /die ends it, GET /deaf has it
// listen no more).
import { createServer } from "node:http";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string" },
    model: { type: "string", default: "tiny" },
    "ignore-port": { type: "boolean", default: false },
    "exit-after": { type: "string" },
    mortal: { type: "boolean", default: false },
    // Tells two servers apart that are otherwise the same.
    label: { type: "string" },
  },
});
const key = process.env["TINY_KEY"];
console.log(`tiny: ${values.model}, setting ${process.env["TINY_SETTING"] ?? "none"}`);
const die = () => {
  console.error("tiny: no such card");
  // oxlint-disable-next-line unicorn/no-process-exit -- a program that dies at once is what is wanted
  process.exit(3);
};
if (values["exit-after"] !== undefined) setTimeout(die, Number(values["exit-after"]));
setInterval(() => {}, 60_000);

const server = createServer((request, response) => {
  if (values.mortal && request.url === "/die") die();
  if (values.mortal && request.url === "/deaf") {
    server.close();
    server.closeAllConnections();
    return;
  }
  if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
    response.writeHead(401).end("{}");
    return;
  }
  console.log(`tiny: ${request.method} ${request.url}`);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ object: "list", data: [{ id: values.model, object: "model" }] }));
});
if (!values["ignore-port"]) server.listen(Number(values.port), values.host);
