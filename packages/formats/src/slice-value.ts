import { isUtf8 } from "node:buffer";
import type { JsonSlice } from "./json-slicer.ts";
import { parseJson } from "./parse-json.ts";
import { RowFault } from "./row-fault.ts";

/** The value of a part of a document; NaN and Infinity in it are null. Throws RowFault where it is no JSON. */
export function sliceValue({ bytes, problem, member }: JsonSlice): unknown {
  return parseBytes(bytes, problem, member);
}

/** The JSON value that bytes are. Throws RowFault where they are none, or where there is a `problem` already. */
export function parseBytes(bytes: Buffer, problem: string | null, member = ""): unknown {
  const name = member === "" ? "" : `${member}: `;
  if (problem !== null) throw new RowFault(`${name}${problem}`);
  if (!isUtf8(bytes)) throw new RowFault(`${name}not UTF-8`);
  try {
    return parseJson(bytes.toString());
  } catch {
    throw new RowFault(`${name}not JSON`);
  }
}
