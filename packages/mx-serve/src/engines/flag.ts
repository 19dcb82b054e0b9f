/** A flag of an engine's command line and its value; nothing where there is none. */
export function flag(name: string, value: string | number | null | undefined): string[] {
  return value === null || value === undefined ? [] : [name, String(value)];
}
