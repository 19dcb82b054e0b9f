import { ProcessGroups } from "@mx/cli/process-groups";
import { expect, test } from "vitest";
import { StdioTransport } from "./stdio-transport.ts";

/** A server that does this, started; `heard`: the methods that it has named, and "closed". */
async function started(program: string) {
  const groups = new ProcessGroups();
  const transport = new StdioTransport(
    { command: process.execPath, args: ["-e", program], cwd: "/", env: process.env },
    groups,
  );
  const heard: string[] = [];
  transport.onmessage = (message) => heard.push("method" in message ? message.method : "answer");
  transport.onclose = () => heard.push("closed");
  await transport.start();
  return {
    transport,
    groups,
    heard,
    async [Symbol.asyncDispose]() {
      await transport.close();
      groups[Symbol.dispose]();
    },
  };
}

const message = String.raw`console.log('{"jsonrpc":"2.0","method":"hi"}');`;
const lines = (count: number) =>
  `for (let n = 0; n < ${count}; n += 1) console.log("starting", n);`;

test("the group of a server that was killed with what it had started was never forgotten", async () => {
  const program = `require("node:child_process").spawn("sleep", ["614"], { stdio: "inherit" });${message}`;
  await using server = await started(program);
  await expect.poll(() => server.heard).toEqual(["hi"]);
  expect(server.groups.size).toBe(1);
  await server.transport.close();
  await expect.poll(() => server.groups.size, { timeout: 10_000 }).toBe(0);
});

test("a server that says much between its messages was ended once it had said too much in all", async () => {
  const program = `${lines(900)}${message}${lines(900)}${message}`;
  await using server = await started(`${program}setInterval(() => {}, 1e6);`);
  await expect.poll(() => server.heard).toEqual(["hi", "hi"]);
  expect(server.transport.end).toBeNull();
});

test("a server that says nothing but nonsense is ended", async () => {
  await using server = await started(`${message}${lines(1000)}setInterval(() => {}, 1e6);`);
  await expect.poll(() => server.heard, { timeout: 10_000 }).toEqual(["hi", "closed"]);
  expect(server.transport.end).toBe("1000 lines of its output are no messages");
});
