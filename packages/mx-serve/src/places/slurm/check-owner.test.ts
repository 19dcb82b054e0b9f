import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { modalPlan } from "../../testing/modal-plan.ts";
import { checkKey, isOwned, watchForStranger, whyNotOwned } from "./check-owner.ts";
import type { JobStatus } from "./job-status.ts";

const plan = modalPlan({ record: { where: "slurm" } });

function status(owner: JobStatus["owner"], port = 8000): JobStatus {
  return { node: "n1", address: "127.0.0.1", port, owner, token: "t" };
}

test("a server is asked once its node has seen that the port is its own", () => {
  expect([null, status("nobody"), status("stranger")].map(isOwned)).toEqual([false, false, false]);
  expect([status("ours"), status("unknown")].map(isOwned)).toEqual([true, true]);
  expect(whyNotOwned(status("stranger"))).toBe("another program has port 8000 of n1");
});

test.concurrent("a stranger that keeps the port is an error that names node and port", async () => {
  const { signal } = new AbortController();
  await expect(
    watchForStranger({ status: status("stranger") }, "qwen", signal),
  ).rejects.toMatchObject({
    code: "port_lost",
    exitCode: 69,
    message: "qwen does not have port 8000 of n1: another program has it",
  });
});

test.concurrent("a stranger on a port that the server gives up is none of ours", async () => {
  const over = new AbortController();
  const job = { status: status("stranger", 1) };
  const watched = watchForStranger(job, "qwen", over.signal);
  for (let port = 2; port < 12; port++) {
    await sleep(500);
    job.status = status("stranger", port);
  }
  over.abort();
  await expect(watched).resolves.toBeUndefined();
});

test("where the node cannot see whose the port is, who takes any key is a stranger", async () => {
  let wanted: string | null = null;
  const server = createServer((request, response) => {
    const good = wanted === null || request.headers.authorization === `Bearer ${wanted}`;
    response.writeHead(good ? 200 : 401).end('{"data":[{"id":"tiny"}]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const there = status("unknown", port);
    await expect(checkKey(there, "qwen", plan, "sk-1")).rejects.toThrow("takes any key");
    wanted = "sk-1";
    await checkKey(there, "qwen", plan, "sk-1");
  } finally {
    server.close();
  }
});
