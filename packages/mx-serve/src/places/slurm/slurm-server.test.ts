import type { Endpoint } from "@mx/records";
import { expect, test } from "vitest";
import type { ServerJob } from "./server-job.ts";
import { SlurmServer } from "./slurm-server.ts";

/** A job that serves until it is cancelled, `failures` times in vain. */
function serving(failures: number) {
  const calls = { count: 0 };
  const job = {
    ended: () => new Promise(() => {}),
    leave: () => {},
    cancel: () => {
      calls.count += 1;
      return calls.count > failures
        ? Promise.resolve(true)
        : Promise.reject(new Error("Slurm is away"));
    },
  } as unknown as ServerJob;
  return { job, calls };
}

test("a job that was replaced and could not be ended ends with the server", async () => {
  const [old, next] = [serving(1), serving(0)];
  const server = new SlurmServer({} as Endpoint, old.job);
  const endOld = server.drain(old.job);
  server.moveTo({} as Endpoint, next.job);
  await expect(endOld()).rejects.toThrow("away");
  await server.stop();
  expect([old.calls.count, next.calls.count]).toEqual([2, 1]);
  await endOld();
  expect(old.calls.count).toBe(2);
});
