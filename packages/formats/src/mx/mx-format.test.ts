import { recordText } from "@mx/cli";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readResults } from "../read-results.ts";
import { collect } from "../testing/collect.ts";
import { sampleRun } from "../testing/sample-run.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { mxRecords, writeMx, writeMxFolder } from "../testing/write-mx.ts";

async function texts(path: string, options = {}) {
  const found: string[] = [];
  for await (const record of readResults(path, options)) found.push(recordText(record));
  return found;
}

test("records come out with the bytes that they had, arm and model too", async () => {
  const path = join(await temporaryFolder(), "records");
  const trial = JSON.stringify(mxRecords(sampleRun)[1]);
  const odd = `{ "big": 12345678901234567890, ${trial.slice(1)}`;
  const other = '{"type":"event","n":1.0}';
  await writeFile(path, `${odd}\n${other}\n`);
  expect(await texts(path, { variant: "x", model: "y" })).toEqual([odd, other]);
});

test("a run folder: its manifest first; a last line that is being written is no error", async () => {
  const path = await writeMxFolder(await temporaryFolder());
  await appendFile(join(path, "trials.ndjson"), '{"type":"trial","ver');
  const { runs, trials } = await collect(readResults(path));
  expect([runs.length, trials.length]).toEqual([1, 12]);
  expect(runs[0]).toMatchObject({ run_id: "20260214-103000-abcd", planned: 12 });
});

test("a bad line in a file is named, or left out", async () => {
  const path = await writeMx(await temporaryFolder());
  const lines = (await readFile(path, "utf8")).split("\n");
  lines[3] = '{"type":"trial","version":1}';
  await writeFile(path, lines.join("\n"));
  await expect(texts(path)).rejects.toMatchObject({
    message: expect.stringMatching(/records\.ndjson:4: not a valid trial record/) as string,
    exitCode: 65,
  });
  const errors: Error[] = [];
  expect(await texts(path, { onBadRecord: (error: Error) => errors.push(error) })).toHaveLength(12);
  expect(errors).toHaveLength(1);
});

test("- is stdin, where there is one", async () => {
  const records = mxRecords(sampleRun);
  // oxlint-disable-next-line typescript/require-await -- as the frame of a program gives them
  async function* stdin() {
    yield* records;
  }
  expect(await texts("-", { stdin })).toEqual(records.map((record) => JSON.stringify(record)));
  await expect(texts("-")).rejects.toMatchObject({ code: "no_stdin", exitCode: 2 });
});
