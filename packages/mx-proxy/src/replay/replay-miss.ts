import type { Subject, UpstreamRequest } from "../upstream/upstream.ts";
import { comparable } from "./canonical-request.ts";
import { bodyOf, type Entry } from "./cassette-index.ts";
import type { Cassette } from "./cassette.ts";
import { suits } from "./cassette-trial.ts";
import { differences, differenceText, type Difference } from "./difference.ts";

/** So many recorded requests are compared with one that was not recorded, and so many differences are told. */
const mostCompared = 200;
const mostTold = 5;

/** Why a request has no recorded answer, for a person. `same`: lines that record the request, but for another asker. */
export async function replayMiss(
  cassette: Cassette,
  request: UpstreamRequest,
  same: readonly Entry[],
): Promise<string> {
  if (same.length > 0) return otherAsker(request.subject, same);
  const route = `${request.method} ${request.path}`;
  const candidates = cassette.entries.filter((entry) => entry.route === route);
  if (candidates.length === 0) return `nothing is recorded for ${route.slice(0, 200)}`;
  const asked = request.body === null ? null : comparable(request.body);
  let nearest: { entry: Entry; found: Difference[] } | null = null;
  for (const entry of candidates.slice(0, mostCompared)) {
    const body = bodyOf(await cassette.read(entry));
    const recorded = body === null ? null : comparable(body);
    const most = nearest === null ? 1000 : nearest.found.length;
    const found = differences(recorded, asked, most);
    if (nearest === null || found.length < nearest.found.length) nearest = { entry, found };
  }
  if (nearest === null || nearest.found.length === 0) return "the body is not recorded";
  const { entry, found } = nearest;
  const told = found.slice(0, mostTold).map(differenceText);
  if (found.length > mostTold) told.push(`and ${found.length - mostTold} more`);
  return `the nearest request is line ${entry.number}: ${told.join("; ")}`;
}

function otherAsker(subject: Subject, same: readonly Entry[]): string {
  const fits = same.filter((entry) => suits(entry, subject));
  if (fits.length > 0) return `it is recorded ${fits.length} times, and this is one time more`;
  const asker = ({ task, trial }: { task: string | null; trial: number | null }) =>
    `${task === null ? "any task" : `task ${task}`}, ${trial === null ? "any trial" : `trial ${trial}`}`;
  const whom = [...new Set(same.map(asker))].slice(0, 5);
  return `it is recorded for ${whom.join(" and for ")}, and asked by ${asker(subject)}`;
}
