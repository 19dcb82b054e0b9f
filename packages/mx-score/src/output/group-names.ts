import { oneLine } from "@mx/cli";
import { nameColumn, type TextColumn } from "./block.ts";
import { unknown } from "./figures.ts";

type Group = Readonly<Record<string, string | null>>;

/** Longer names of groups, arms and tasks are cut, so that one cannot fill the screen. */
const longest = 80;

/** A name from outside, fit for a table. */
export function shownName(name: string | null | undefined): string {
  return name == null || name === "" ? unknown : oneLine(name, longest);
}

/** One column for each name that the groups have values for, in the order in which they come. */
export function groupColumns(groups: readonly Group[]): TextColumn[] {
  const names = new Set(groups.flatMap((group) => Object.keys(group)));
  return [...names].map((name) =>
    nameColumn(
      shownName(name),
      groups.map((group) => shownName(group[name])),
    ),
  );
}

/** A group in one line: its values. */
export function groupName(group: Group): string {
  const values = Object.values(group);
  return values.length === 0 ? "all trials" : values.map(shownName).join(" ");
}
