import { printable } from "@mx/cli";
import type { Finding } from "@mx/records";

/** One line per finding, for people. */
export function findingLines(findings: readonly Finding[]): string {
  return findings
    .map(({ severity, code, message }) => `${severity}: ${printable(`${code}: ${message}`)}\n`)
    .join("");
}
