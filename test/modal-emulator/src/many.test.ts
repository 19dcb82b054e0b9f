import { expect, test } from "vitest";
import { openModal } from "./testing/open-modal.ts";

const full = process.env["MX_FULL"] !== undefined;
const total = full ? 500 : 150;
const parallel = full ? 200 : 100;

test(`${total} sandboxes, ${parallel} at a time, each give their own output, and none is left`, async () => {
  await using modal = await openModal();
  let next = 0;
  const results: string[] = [];
  const work = async () => {
    for (let at = next++; at < total; at = next++) {
      const sandbox = await modal.client.sandboxes.create(modal.app, modal.image);
      const child = await sandbox.exec(["bash", "-c", `echo ${at}; sleep 0.5`]);
      const [output, code] = await Promise.all([child.stdout.readText(), child.wait()]);
      results[at] = `${output.trim()} ${code}`;
      await sandbox.terminate();
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  expect(results).toEqual(Array.from({ length: total }, (_, at) => `${at} 0`));
  expect(modal.emulator.sandboxes().filter(({ state }) => state !== "finished")).toEqual([]);
  // A busy machine may be slower than the SDK waits for a start; it asks again, and nothing starts twice.
  expect(modal.emulator.sandboxes().map(({ execs }) => execs)).toEqual(results.map(() => 1));
  expect(modal.emulator.images().map(({ timesBuilt }) => timesBuilt)).toEqual([1]);
}, 300_000);
