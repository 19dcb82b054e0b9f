const reference = /\$\{(\w+)(?::-([^}]*))?\}/g;

/**
 * Variables as a task folder gives them, with `${NAME:-word}` as its word: nothing of the host's comes into a record.
 * `needed`: those that name a variable of the host and have no word for it.
 */
export function hostVariables(given: Record<string, string>): {
  env: Record<string, string>;
  needed: string[];
  supposed: string[];
} {
  const needed: string[] = [];
  const supposed: string[] = [];
  const fill = (_: string, name: string, word: string | undefined) => {
    (word === undefined ? needed : supposed).push(name);
    return word ?? "";
  };
  const env = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value.replaceAll(reference, fill)]),
  );
  return { env, needed, supposed };
}
