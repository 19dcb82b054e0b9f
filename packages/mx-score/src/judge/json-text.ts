/** JSON of a value, for a person or a model; of one that is nested deeper than can be written, a word that says so. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch (error) {
    if (error instanceof RangeError) return "(nested too deeply)";
    throw error;
  }
}
