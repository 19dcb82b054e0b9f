import { MxError } from "@mx/cli";
import { Run, ScoredTrial, trajectoryFaults, type AnyRecord } from "@mx/records";
import * as fc from "fast-check";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ReadOptions } from "./format.ts";
import type { FormatName } from "./format-names.ts";
import { readResults } from "./read-results.ts";
import { damages } from "./testing/damage.ts";
import { fixtures } from "./testing/fixtures.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const runs = Number(process.env["MX_DAMAGE_RUNS"] ?? 25);

test.for(fixtures)("$name: damage is an MxError, or rows less", async ({ write, format }) => {
  const path = await write(await temporaryFolder());
  const files = await filesOf(path);
  const contents = new Map<string, Buffer>();
  for (const file of files) contents.set(file, await readFile(file));
  const whole = await countOf(path, { format });
  expect(whole).toBeGreaterThan(3);
  await fc.assert(
    fc.asyncProperty(fc.nat(), damages, async (which, damage) => {
      const file = files[which % files.length]!;
      const content = contents.get(file)!;
      await writeFile(file, damage(content));
      try {
        const strict = await countOf(path, { format }).catch(onlyMxError);
        const lenient = await countOf(path, { format, onBadRecord: () => {} }).catch(onlyMxError);
        // Leaving bad rows out loses no good ones.
        expect(lenient).toBeGreaterThanOrEqual(strict);
        await countOf(path, {}).catch(onlyMxError);
      } finally {
        await writeFile(file, content);
      }
    }),
    { numRuns: runs },
  );
});

const byLines = [
  "mx",
  "tau-bench, reduced lines",
  "verifiers, legacy, the file",
  "verifiers v1, the file",
];

test.for(fixtures.filter(({ name }) => byLines.includes(name)))(
  "$name: one spoiled byte costs two lines at most",
  async ({ write, format }) => {
    const path = await write(await temporaryFolder());
    const content = await readFile(path);
    const whole = await countOf(path, { format });
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length - 1), fc.nat(255), async (place, byte) => {
        const spoiled = Buffer.from(content);
        spoiled[place] = byte;
        await writeFile(path, spoiled);
        const kept = await countOf(path, { format, onBadRecord: () => {} });
        expect(kept).toBeGreaterThanOrEqual(whole - 2);
        expect(kept).toBeLessThanOrEqual(whole + 1);
      }),
      { numRuns: runs },
    );
  },
);

test.skipIf(!existsSync("/proc/self/fd"))("no file stays open", async () => {
  const folder = await temporaryFolder();
  const paths: string[] = [];
  for (const [index, { write }] of fixtures.entries()) {
    const own = join(folder, String(index));
    await mkdir(own);
    paths.push(await write(own));
  }
  const isHere = async (fd: string) =>
    (await readlink(`/proc/self/fd/${fd}`).catch(() => "")).startsWith(folder);
  for (const path of paths) {
    // The reader goes away after one record, and a file that is cut off ends in an error.
    for await (const record of readResults(path)) if (record.type !== "") break;
    for (const file of await filesOf(path)) {
      await writeFile(file, (await readFile(file)).subarray(0, -40));
    }
    await countOf(path, {}).catch(onlyMxError);
  }
  const open = await Promise.all((await readdir("/proc/self/fd")).map(isHere));
  expect(open.filter((is) => is)).toEqual([]);
});

/** How many records there are, each of which is whole. */
async function countOf(
  path: string,
  options: ReadOptions & { format?: FormatName },
): Promise<number> {
  let count = 0;
  for await (const record of readResults(path, options)) {
    expectWhole(record);
    count += 1;
  }
  return count;
}

function expectWhole(record: AnyRecord): void {
  // What mx's own records hold beside what is checked passes as it is.
  const schema = record.type === "run" ? Run : record.type === "trial" ? ScoredTrial : null;
  const isImported = record["backend"] !== "mx";
  if (schema !== null && isImported) expect(schema.safeParse(record).error).toBeUndefined();
  expect(() => JSON.stringify(record)).not.toThrow();
  if (record["trajectory"] !== undefined && isImported) {
    expect(trajectoryFaults(record["trajectory"])).toEqual([]);
  }
}

function onlyMxError(error: unknown): number {
  if (!(error instanceof MxError)) throw error;
  expect([2, 65]).toContain(error.exitCode);
  return 0;
}

async function filesOf(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const names = await readdir(path, { recursive: true });
  const paths = names.map((name) => join(path, name));
  const kinds = await Promise.all(paths.map((one) => stat(one)));
  return paths.filter((_, index) => kinds[index]!.isFile()).toSorted();
}
