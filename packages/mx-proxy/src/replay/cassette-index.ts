import { ExitCode, MxError } from "@mx/cli";
import type { FileHandle } from "node:fs/promises";
import * as z from "zod";
import { isObject } from "../is-object.ts";
import { storedPieces } from "../stored/stored-reply.ts";
import { canonicalDigest } from "./canonical-request.ts";
import { CassetteLine } from "./cassette-line.ts";
import { Listing } from "../upstream/listed-model.ts";

/** Where a line stands in the file, and what it is about. */
export interface Entry {
  /** Number of the line, from 1. */
  number: number;
  /** Place of its first byte. */
  start: number;
  bytes: number;
  digest: string;
  /** Method and path. */
  route: string;
  task: string | null;
  trial: number | null;
  occurrence: number;
}

export interface CassetteIndex {
  entries: Entry[];
  /** Ids of the models that were listed, else of those that were asked. */
  models: string[];
}

/** Reads a cassette once, checks all of it, and keeps what is needed to find its lines again. */
export async function indexCassette(file: FileHandle, path: string): Promise<CassetteIndex> {
  const entries: Entry[] = [];
  const asked = new Set<string>();
  let listed: string[] | null = null;
  for await (const { bytes, number, start, ended } of rawLines(file)) {
    const text = bytes.toString();
    if (text.trim() === "") continue;
    const line = parse(text, `${path}:${number}`, ended);
    // What a killed recorder left unfinished was not recorded.
    if (line === null) continue;
    const route = `${line.method} ${line.path}`;
    if (route === "GET /v1/models") listed = listedModels(line) ?? listed;
    const model = askedModel(line);
    if (model !== null) asked.add(model);
    const { task, trial, occurrence } = line;
    const digest = canonicalDigest(line.method, line.path, bodyOf(line));
    entries.push({ number, start, bytes: bytes.length, digest, route, task, trial, occurrence });
  }
  return { entries, models: listed ?? [...asked] };
}

/** The bytes of a recorded request. */
export function bodyOf({ body, body_base64 }: CassetteLine): Buffer | null {
  if (body_base64 !== undefined) return Buffer.from(body_base64, "base64");
  return body === undefined ? null : Buffer.from(body);
}

interface RawLine {
  bytes: Buffer;
  number: number;
  start: number;
  /** False: the last line, which has no newline. */
  ended: boolean;
}

async function* rawLines(file: FileHandle): AsyncGenerator<RawLine> {
  let parts: Buffer[] = [];
  let [number, start] = [1, 0];
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0 })) {
    const read = chunk as Buffer;
    let from = 0;
    for (let end = read.indexOf(0x0a); end !== -1; end = read.indexOf(0x0a, from)) {
      const bytes = Buffer.concat([...parts, read.subarray(from, end)]);
      parts = [];
      yield { bytes, number, start, ended: true };
      number += 1;
      start += bytes.length + 1;
      from = end + 1;
    }
    parts.push(read.subarray(from));
  }
  yield { bytes: Buffer.concat(parts), number, start, ended: false };
}

function parse(text: string, place: string, ended: boolean): CassetteLine | null {
  const bad = (message: string) =>
    new MxError(`${place}: ${message}`, {
      code: "bad_recording",
      exitCode: ExitCode.badData,
      hint: "a recording is what mx-proxy --record FILE writes: see its README",
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (!ended) return null;
    throw bad(`not JSON: ${text.slice(0, 80)}`);
  }
  const result = CassetteLine.safeParse(value);
  if (result.success) return result.data;
  const problem = z.prettifyError(result.error);
  throw bad(problem.replaceAll(/\s*\n\s*/g, " ").replaceAll("✖ ", ""));
}

function listedModels({ reply }: CassetteLine): string[] | null {
  if (reply?.status !== 200) return null;
  const listing = Listing.safeParse(json(Buffer.concat(storedPieces(reply)).toString()));
  return listing.success ? listing.data.data.map(({ id }) => id) : null;
}

function askedModel({ body }: CassetteLine): string | null {
  const value = body === undefined ? null : json(body);
  return isObject(value) && typeof value["model"] === "string" ? value["model"] : null;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
