export { detectFormat } from "./detect-format.ts";
export { formatNames, type Format, type FormatName, type ReadOptions } from "./format.ts";
export { readResults } from "./read-results.ts";
