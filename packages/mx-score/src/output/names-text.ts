import { figures } from "./figures.ts";

/** The first of some texts with commas, and how many more there are; `all`: the texts and those that were not given. */
export function namesText(names: readonly string[], most: number, all = names.length): string {
  if (all <= most) return names.join(", ");
  return `${names.slice(0, most).join(", ")} … and ${figures.count(all - most)} more`;
}
