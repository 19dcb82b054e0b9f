/** Indexes of an array as `--array=` takes them: [1,2,3,5] is "1-3,5". Any order, any twice; the result is sorted. */
export function compressIndexes(indexes: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const index of [...new Set(indexes)].toSorted((one, other) => one - other)) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] === index - 1) range[1] = index;
    else ranges.push([index, index]);
  }
  return ranges
    .map(([first, last]) => (first === last ? String(first) : `${first}-${last}`))
    .join(",");
}

const part = /^(\d+)(?:-(\d+)(?::([1-9]\d*))?)?$/;

/**
 * The inverse of `compressIndexes`, which also takes what else Slurm writes: steps ("0-15:4") and the number of elements
 * at a time ("1-9%2"), which is passed over. Null: this is no list of indexes.
 */
export function expandIndexes(text: string): number[] | null {
  const indexes = new Set<number>();
  for (const range of text.replace(/%\d+$/, "").split(",")) {
    const [, first, last = first, step = "1"] = part.exec(range) ?? [];
    if (first === undefined || Number(last) < Number(first)) return null;
    for (let index = Number(first); index <= Number(last); index += Number(step))
      indexes.add(index);
  }
  return [...indexes].toSorted((one, other) => one - other);
}
