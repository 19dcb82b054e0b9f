import { canonicalJson, sha256, type Grader } from "@mx/records";
import { rubricVersion, type JudgeSpec } from "./rubric-question.ts";

/** Who judged, with a digest of everything that may change the verdict. */
export function judgeIdentity(spec: JudgeSpec, temperature: number | undefined): Grader {
  const { rubric, model, votes = 1, trajectory = false, target } = spec;
  const settings = { rubric, model, votes, trajectory, target, temperature, prompt: rubricVersion };
  return { name: "judge", version: rubricVersion, digest: sha256(canonicalJson(settings)) };
}
