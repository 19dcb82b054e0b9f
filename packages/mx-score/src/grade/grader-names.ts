import type { GraderSpec } from "@mx/records";

/**
 * The names of scores, in the order of their graders, each once: the one that is given, else the kind, numbered
 * from 1 where a kind comes twice. A name that is given twice is numbered, too.
 */
export function graderNames(specs: readonly GraderSpec[]): string[] {
  const wanted = specs.map(({ name, kind }) => name ?? kind);
  const taken = new Set(specs.flatMap(({ name }) => (name === undefined ? [] : [name])));
  const numbers = new Map<string, number>();
  return wanted.map((name, index) => {
    const isGiven = specs[index]?.name !== undefined;
    const others = wanted.filter((other) => other === name).length;
    const isFirstGiven = isGiven && !numbers.has(name);
    if (others === 1 || isFirstGiven) {
      numbers.set(name, 1);
      return name;
    }
    let number = numbers.get(name) ?? 0;
    let numbered: string;
    do {
      number += 1;
      numbered = `${name}_${number}`;
    } while (taken.has(numbered));
    numbers.set(name, number);
    taken.add(numbered);
    return numbered;
  });
}

/** A name that is given to more than one grader; null where there is none. */
export function repeatedName(specs: readonly GraderSpec[]): string | null {
  const names = specs.flatMap(({ name }) => (name === undefined ? [] : [name]));
  return names.find((name, index) => names.indexOf(name) !== index) ?? null;
}
