import type { AnyRecord } from "@mx/records";
import { usageError } from "../usage-error.ts";

/** Where the value of a dimension stands in a trial's record, or in the record of its run. */
export interface FieldPath {
  /** Members from the record inwards: `["meta", "env"]`. */
  path: string[];
  /** True: in the `run` record. */
  ofRun: boolean;
  /** Added to a whole number: a dimension that counts from 1 is `trial+1`. */
  plus: number;
  /** Where the field is absent: a tag that reads NAME=VALUE or NAME:VALUE. */
  tag: string | null;
}

const ofTrial = new Set([
  "backend",
  "cluster",
  "image",
  "key",
  "model",
  "run_id",
  "served_model",
  "task_id",
  "trial",
  "variant",
]);

/** The field that a dimension of this name means where --match does not say: the trial's own, else the task's meta.NAME or a tag. */
export function fieldNamed(name: string): FieldPath {
  if (ofTrial.has(name)) return { path: [name], ofRun: false, plus: 0, tag: null };
  return { path: ["meta", name], ofRun: false, plus: 0, tag: name };
}

/** Reads DIM=FIELD of --match: `env=meta.domain`, `trial=trial+1`, `temperature=run.sampling.temperature`. */
export function readMatch(text: string): [dimension: string, field: FieldPath] {
  const [, name, field, plus = "0"] =
    /^([A-Za-z_][\w.-]*)=([A-Za-z_][\w-]*(?:\.[\w-]+)*?)([+-]\d+)?$/.exec(text) ?? [];
  if (name === undefined || field === undefined) {
    throw usageError(
      `--match ${JSON.stringify(text)}: expected DIMENSION=FIELD`,
      "such as --match env=meta.domain, --match trial=trial+1, --match seed=run.sampling.seed",
    );
  }
  const path = field.split(".");
  const ofRun = path[0] === "run" && path.length > 1;
  return [name, { path: ofRun ? path.slice(1) : path, ofRun, plus: Number(plus), tag: null }];
}

/** The value as text, compared as a whole; null: the record does not say. */
export function valueOf(record: AnyRecord, { path, plus, tag }: FieldPath): string | null {
  let value: unknown = record;
  for (const name of path) {
    const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    value = isObject ? (value as Record<string, unknown>)[name] : undefined;
  }
  if (typeof value === "number") return String(value + plus);
  if (typeof value === "string" || typeof value === "boolean") return String(value);
  return tag === null ? null : tagged(record["tags"], tag);
}

function tagged(tags: unknown, name: string): string | null {
  if (!Array.isArray(tags)) return null;
  const found = tags.find(
    (tag: unknown) =>
      typeof tag === "string" && (tag.startsWith(`${name}=`) || tag.startsWith(`${name}:`)),
  ) as string | undefined;
  return found?.slice(name.length + 1) ?? null;
}
