import { isObject } from "../is-object.ts";
import { shown } from "./canonical-request.ts";

/** A member in which two requests differ. */
export interface Difference {
  /** Where it is, as in messages[3].content. */
  path: string;
  /** JSON of it; undefined: it is not there. */
  recorded: string | undefined;
  asked: string | undefined;
}

/** Where two values differ, which came from JSON, no more than `most` places. */
export function differences(recorded: unknown, asked: unknown, most: number): Difference[] {
  const found: Difference[] = [];
  const compare = (before: unknown, now: unknown, path: string) => {
    if (found.length >= most) return;
    if (Array.isArray(before) && Array.isArray(now)) {
      const length = Math.max(before.length, now.length);
      for (let at = 0; at < length; at += 1) compare(before[at], now[at], `${path}[${at}]`);
    } else if (isObject(before) && isObject(now) && !Array.isArray(before) && !Array.isArray(now)) {
      for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
        compare(own(before, name), own(now, name), path === "" ? name : `${path}.${name}`);
      }
    } else if (text(before) !== text(now)) {
      found.push({ path: path === "" ? "the body" : path, ...shortened(text(before), text(now)) });
    }
  };
  compare(recorded, asked, "");
  return found;
}

/** A member of a request, whose names may be those of what every object inherits. */
function own(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** A difference as a person reads it. */
export function differenceText({ path, recorded, asked }: Difference): string {
  if (recorded === undefined) return `${path} is new: ${asked}`;
  if (asked === undefined) return `${path} is missing, recorded was ${recorded}`;
  return `${path} is ${asked}, recorded was ${recorded}`;
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : shown(value);
}

/** What of a long text surrounds the place where it begins to differ. */
const longest = 60;

function shortened(
  recorded: string | undefined,
  asked: string | undefined,
): Pick<Difference, "recorded" | "asked"> {
  let same = 0;
  const least = Math.min(recorded?.length ?? 0, asked?.length ?? 0);
  while (same < least && recorded?.[same] === asked?.[same]) same += 1;
  const start = same > longest / 2 ? same - 20 : 0;
  const cut = (value: string | undefined) => {
    if (value === undefined) return undefined;
    const part = value.slice(start, start + longest);
    return (start > 0 ? "…" : "") + part + (start + longest < value.length ? "…" : "");
  };
  return { recorded: cut(recorded), asked: cut(asked) };
}
