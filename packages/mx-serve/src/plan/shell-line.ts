/** A word as a shell reads it back: in quotes only where it needs them. */
function quoted(word: string): string {
  return /^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line as it can be pasted into a shell, its flags below each other where it is long. */
export function shellLine(argv: readonly string[], width = 100): string {
  const words = argv.map((word) => quoted(word));
  const line = words.join(" ");
  if (line.length <= width) return line;
  return words
    .reduce<string[]>((lines, word, index) => {
      const last = lines.at(-1);
      const startsFlag = argv[index]?.startsWith("-") === true;
      if (last === undefined || startsFlag) return [...lines, word];
      return [...lines.slice(0, -1), `${last} ${word}`];
    }, [])
    .join(" \\\n  ");
}
