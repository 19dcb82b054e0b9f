import type { Registry } from "./registry.ts";

/** Keys that can be planned by themselves: models, and the presets that name theirs. */
export function listedKeys({ models, presets }: Registry): string[] {
  const own = [...presets].flatMap(([key, { model }]) => (model === undefined ? [] : [key]));
  return [...models.keys(), ...own];
}
