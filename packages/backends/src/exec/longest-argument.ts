/** Longest argument that Linux takes (MAX_ARG_STRLEN); a longer one cannot be run anywhere. */
const longestArgument = 128 * 1024 - 1;

/** Why a command cannot be run for the length of an argument; null: none is too long. */
export function tooLongArgument(argv: string[]): string | null {
  if (argv.every((arg) => Buffer.byteLength(arg) <= longestArgument)) return null;
  return `cannot run ${JSON.stringify(argv[0])}: E2BIG, an argument is over 128 KiB`;
}
