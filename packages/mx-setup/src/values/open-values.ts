import { NamedObjects, openModalClient } from "@mx/backends/modal";
import { Masker } from "@mx/cli";
import { dirname, join, basename } from "node:path";
import type { Setup } from "../file/read-setup-file.ts";
import { GeneratedFile } from "./generated-file.ts";
import { PutRecord } from "./put-record.ts";
import { Sources } from "./sources.ts";

/** The values that a setup file can draw on, and what was put before. */
export interface Values {
  generated: GeneratedFile;
  record: PutRecord;
  sources: Sources;
}

/** Reads them; writes nothing. */
export async function openValues(setup: Setup, env: NodeJS.ProcessEnv): Promise<Values> {
  const { generated_file: path } = setup;
  const generated = await GeneratedFile.open(path);
  const name = `${basename(path).replace(/\.env$/, "")}.put.json`;
  return {
    generated,
    record: await PutRecord.open(join(dirname(path), name)),
    sources: await Sources.open(setup.env_file, env, generated),
  };
}

/** Modal, by the credentials of the environment. No call is made yet. */
export async function openCloud(env: NodeJS.ProcessEnv, timeoutS: number): Promise<NamedObjects> {
  const { sdk } = await openModalClient(env);
  return new NamedObjects(sdk.cpClient, timeoutS * 1000);
}

/** Masks the values of a setup file, and our own credentials. */
export function maskerOf(
  setup: Setup,
  { sources, generated }: Values,
  env: NodeJS.ProcessEnv,
): Masker {
  const values = Object.entries(setup.secrets).flatMap(([, keys]) =>
    Object.entries(keys).map(
      ([key, setting]) => sources.find(setting.variable ?? key, setting)?.value ?? "",
    ),
  );
  return new Masker([...values, ...generated.values(), env["MODAL_TOKEN_SECRET"] ?? ""]);
}
