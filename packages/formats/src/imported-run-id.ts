import { canonicalJson, sha256 } from "@mx/records";
import type { FormatName } from "./format-names.ts";

const runId = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * The run id of imported results: the one that the file gives itself, where it can be one (it names a folder of the
 * store), else the format's name and 12 digits of a digest of what the file says about itself (its header, or its
 * name where it has none). The same file gives the same id, wherever and whenever it is read.
 */
export function importedRunId(
  from: FormatName,
  identity: { own?: string | null; header?: unknown; fileName: string },
): string {
  const { own, header, fileName } = identity;
  if (own != null && runId.test(own)) return own;
  const told = own ?? header ?? fileName;
  return `${from}-${sha256(canonicalJson(told)).slice(0, 12)}`;
}
