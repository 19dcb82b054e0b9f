import type { Line } from "./block.ts";
import { figures } from "./figures.ts";
import { groupName } from "./group-names.ts";
import { namesText } from "./names-text.ts";
import type { ShownSummary } from "./shown-summary.ts";

/** Lines that differ between groups; further ones are counted. */
const mostLines = 20;
const mostNames = 3;

/** A line per text; where not all summaries have the same, it begins with the groups that it is for. */
export function sharedLines(
  summaries: readonly ShownSummary[],
  text: (summary: ShownSummary) => string | null,
): Line[] {
  const groups = new Map<string, string[]>();
  for (const summary of summaries) {
    const line = text(summary);
    if (line === null) continue;
    const names = groups.get(line) ?? [];
    names.push(groupName(summary.group));
    groups.set(line, names);
  }
  const lines = [...groups].slice(0, mostLines).map(([line, names]) => ({
    text: names.length === summaries.length ? line : `${namesText(names, mostNames)}: ${line}`,
  }));
  const more = groups.size - lines.length;
  return more === 0
    ? lines
    : [...lines, { text: `… the same of ${figures.count(more)} more groups` }];
}
