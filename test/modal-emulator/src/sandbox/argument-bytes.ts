/** Modal's limit on the length of a command line. */
export const mostArgumentBytes = 65_536;

/** The length of a command line, in bytes. */
export function argumentBytes(argv: readonly (string | undefined)[]): number {
  return argv.reduce((sum, part) => sum + Buffer.byteLength(part ?? ""), 0);
}
