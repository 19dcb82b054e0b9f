/**
 * Writes what derives from the record schemas: packages/records/schemas/*.json, packages/records/src/quick/*.ts and
 * docs/records.md.
 * `--check` writes nothing and ends with 1 where a file is not what it would write.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  jsonSchema,
  quickChecks,
  recordTypes,
  type RecordName,
} from "../packages/records/src/index.ts";
import { quickCheckSource } from "./quick-check.ts";
import { recordDocs } from "./record-docs.ts";

const root = join(import.meta.dirname, "..");
const names = Object.keys(recordTypes) as RecordName[];
const files = new Map<string, string>([["docs/records.md", recordDocs()]]);
for (const name of names) {
  files.set(
    `packages/records/schemas/${name}.json`,
    `${JSON.stringify(jsonSchema(name), null, 2)}\n`,
  );
  if (Object.hasOwn(quickChecks, name)) {
    files.set(`packages/records/src/quick/${name}.ts`, quickCheckSource(name));
  }
}

function current(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

const stale = [...files].filter(([file, text]) => current(join(root, file)) !== text);
if (process.argv.includes("--check")) {
  for (const [file] of stale) console.error(`${file} is not up to date: run npm run generate`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [file, text] of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    console.error(`wrote ${file}`);
  }
}
