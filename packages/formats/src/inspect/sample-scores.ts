import { canonicalJson, sha256, type Grader } from "@mx/records";
import type { FoundScore } from "../found-trial.ts";
import { objectOf, textOf, type JsonObject } from "../json-value.ts";
import type { LogHeader } from "./log-header.ts";
import { scoreValue } from "./score-value.ts";
import { objectOrEmpty } from "../slice-document.ts";

/** The judgements of a sample, and the one that counts. */
export interface SampleScores {
  scores: Record<string, FoundScore>;
  reward: number | null;
}

/** One number of one scorer. */
interface Part {
  scorer: string;
  /** Its name among those of the scorer; null where the scorer gives one. */
  member: string | null;
  /** A list has no item that speaks for it. */
  inList: boolean;
  score: FoundScore & { value: number | null };
}

/** What old logs name the only score of a sample: log/_log.py, SCORER_PLACEHOLDER. */
const nameless = "88F74D2C";

/**
 * The scores of a sample: one per scorer; a scorer whose value is an object or a list gives one per member, named
 * `scorer.member`. The reward is the value of the headline scorer (the log's own headline, else the first of its
 * results, else the first that the sample has), and of the headline's member, else the first, where that has several.
 */
export function sampleScores(fields: JsonObject, header: LogHeader): SampleScores {
  const parts = Object.entries(scoresOf(fields)).flatMap(([key, score]) =>
    partsOf(key === nameless ? (header.headline.scorer ?? "score") : key, score, header),
  );
  const { scorer, member } = header.headline;
  const ofMain = parts.filter((part) => part.scorer === (scorer ?? parts[0]?.scorer));
  const candidates =
    ofMain.length > 0 ? ofMain : parts.filter((part) => part.scorer === parts[0]?.scorer);
  const main = candidates.find((part) => part.member === member) ?? candidates[0];
  return {
    scores: Object.fromEntries(parts.map((part) => [nameOf(part), part.score])),
    reward: main === undefined || main.inList ? null : main.score.value,
  };
}

function scoresOf(fields: JsonObject): JsonObject {
  return (
    objectOf(fields["scores"]) ?? (fields["score"] == null ? {} : { [nameless]: fields["score"] })
  );
}

function partsOf(scorer: string, given: unknown, header: LogHeader): Part[] {
  const score = objectOf(given);
  if (score === null) return [];
  const value = score["value"];
  const explanation = textOf(score["explanation"]);
  const about = {
    grader: graderOf(scorer, header),
    ...(explanation !== null && { explanation }),
  };
  const members: [string | null, unknown][] =
    typeof value === "object" && value !== null ? Object.entries(value) : [[null, value]];
  return members.map(([member, part]) => ({
    scorer,
    member,
    inList: Array.isArray(value),
    score: { value: scoreValue(part), ...about },
  }));
}

function nameOf({ scorer, member }: Part): string {
  return member === null ? scorer : `${scorer}.${member}`;
}

/** Scorers are the same where their names and options are. */
function graderOf(scorer: string, header: LogHeader): Grader {
  const known = header.scorers.map(objectOrEmpty).find(({ name }) => name === scorer);
  const options = objectOrEmpty(known?.["options"]);
  return {
    name: scorer,
    version: "unknown",
    ...(Object.keys(options).length > 0 && { digest: sha256(canonicalJson(options)) }),
  };
}
