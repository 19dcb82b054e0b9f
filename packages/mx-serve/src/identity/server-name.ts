/** Digits of the digest that are part of a name: 16^8 configurations make a clash as good as impossible. */
const digestLength = 8;
/** With `-serve` and a workspace's name before it, a label of Modal's stays within the 63 that DNS allows. */
export const longestName = 40;

/**
 * The name of a server: what a reader sees of `label`, and the start of the digest of its configuration. Small letters,
 * digits and `-` only, 40 at most. A long label keeps its start and its end, as variants of a model differ in their ends.
 */
export function serverName(label: string, digest: string): string {
  const slug = slugOf(label.split("/").at(-1) ?? label);
  const room = longestName - digestLength - 1;
  return `${shortened(slug === "" ? "server" : slug, room)}-${digest.slice(0, digestLength)}`;
}

/** A text as it is spelt in the name of a server. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}

function shortened(slug: string, room: number): string {
  if (slug.length <= room) return slug;
  const end = Math.floor((room - 1) / 2);
  const start = room - 1 - end;
  return `${slug.slice(0, start).replace(/-+$/, "")}-${slug.slice(-end).replace(/^-+/, "")}`;
}
