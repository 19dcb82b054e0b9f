import { canonicalJson, sha256, type Grader, type GraderSpec } from "@mx/records";
import { judgeIdentity } from "../judge/judge-identity.ts";
import { builtIn } from "./built-in.ts";
import { commandVersion } from "./command.ts";
import { programFiles } from "./program-files.ts";
import { RecentCache } from "./recent-cache.ts";

const known = new WeakMap<GraderSpec, Grader>();
/** Files are read once, so that one run has one identity. */
const files = new RecentCache<Record<string, string>>(1000);

/** Settings that say what holds without them. */
const defaults: Record<string, unknown> = {
  ignore_case: false,
  absolute: 0,
  relative: 0,
  choices: "ABCD",
  expect: 0,
  pointer: "",
};

/** The settings that change verdicts: not a score's name or weight, nor how long a program may take. */
function settings(spec: GraderSpec): object {
  const { name: _name, weight: _weight, ...rest } = spec;
  if (rest.kind !== "command") {
    const telling = Object.entries(rest).filter(([field, value]) => value !== defaults[field]);
    return Object.fromEntries(telling);
  }
  const { timeout_ms: _timeout, ...command } = rest;
  return {
    ...command,
    files: files.get(canonicalJson(rest.command), () => programFiles(rest.command)),
  };
}

/**
 * What a score says of its grader: the kind, the version of its rules, and a digest of the settings that change
 * verdicts; of a command also the content of the files that it names. Scores with equal identities are comparable.
 */
export function graderIdentity(spec: GraderSpec): Grader {
  const kept = known.get(spec);
  if (kept !== undefined) return kept;
  const identity = Object.freeze(identify(spec));
  known.set(spec, identity);
  return identity;
}

function identify(spec: GraderSpec): Grader {
  // With a temperature, a judge's own scores say more than its settings can.
  if (spec.kind === "judge") return judgeIdentity(spec, undefined);
  const version = builtIn(spec)?.version ?? commandVersion;
  return { name: spec.kind, version, digest: sha256(canonicalJson(settings(spec))) };
}
