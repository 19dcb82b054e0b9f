// @ts-nocheck
// Generated from the schema of comparison by `npm run generate`. Not to be edited.
function fits1(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.name === "string")) return false;
  if (!(Number.isSafeInteger(v.tasks) && v.tasks >= 0)) return false;
  if (!(Number.isSafeInteger(v.trials) && v.trials >= 0)) return false;
  if (!(Number.isSafeInteger(v.scored) && v.scored >= 0)) return false;
  if (!((Number.isFinite(v.mean) || v.mean === null))) return false;
  return true;
}
function fits2(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.name === "string")) return false;
  if (!(Number.isSafeInteger(v.tasks) && v.tasks >= 0)) return false;
  if (!(Number.isSafeInteger(v.trials) && v.trials >= 0)) return false;
  if (!(Number.isSafeInteger(v.scored) && v.scored >= 0)) return false;
  if (!((Number.isFinite(v.mean) || v.mean === null))) return false;
  return true;
}
function fits3(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isFinite(v.low) || v.low === null))) return false;
  if (!((Number.isFinite(v.high) || v.high === null))) return false;
  if (!(Number.isFinite(v.level))) return false;
  if (!(typeof v.method === "string")) return false;
  return true;
}
function fits5(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.task_id === "string")) return false;
  if (!(Number.isFinite(v.a))) return false;
  if (!(Number.isFinite(v.b))) return false;
  return true;
}
function fits4(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(fits5(item))) return false;
  return true;
}
function fits7(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits6(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && fits7(v[name]))) return false; }
  return true;
}
function fits10(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits9(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((v.what === "task" || v.what === "grader" || v.what === "image" || v.what === "sampling" || v.what === "served_model" || v.what === "pass_threshold"))) return false;
  if (!(typeof v.a === "string")) return false;
  if (!(typeof v.b === "string")) return false;
  if (v.tasks !== undefined && !(fits10(v.tasks))) return false;
  return true;
}
function fits8(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(fits9(item))) return false;
  return true;
}
function fits11(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((v.kind === "fail-if-worse" || v.kind === "non-inferior"))) return false;
  if (!(Number.isFinite(v.margin) && v.margin >= 0)) return false;
  if (!((typeof v.passed === "boolean" || v.passed === null))) return false;
  return true;
}
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "comparison")) return false;
  if (!(v.version === 1)) return false;
  if (!(fits1(v.a))) return false;
  if (!(fits2(v.b))) return false;
  if (!(Number.isSafeInteger(v.pairs) && v.pairs >= 0)) return false;
  if (!((Number.isSafeInteger(v.clusters) && v.clusters >= 0 || v.clusters === null))) return false;
  if (!((Number.isFinite(v.difference) || v.difference === null))) return false;
  if (!(fits3(v.interval))) return false;
  if (!((Number.isFinite(v.p_value) || v.p_value === null))) return false;
  if (!((Number.isFinite(v.p_adjusted) || v.p_adjusted === null))) return false;
  if (!(Number.isSafeInteger(v.comparisons) && v.comparisons > 0)) return false;
  if (!(typeof v.method === "string")) return false;
  if (!(Number.isSafeInteger(v.wins) && v.wins >= 0)) return false;
  if (!(Number.isSafeInteger(v.losses) && v.losses >= 0)) return false;
  if (!(Number.isSafeInteger(v.ties) && v.ties >= 0)) return false;
  if (!(fits4(v.flips))) return false;
  if (!(fits6(v.left_out))) return false;
  if (!((Number.isFinite(v.smallest_visible) || v.smallest_visible === null))) return false;
  if (!((Number.isFinite(v.pass_threshold) || v.pass_threshold === null))) return false;
  if (!(fits8(v.differences))) return false;
  if (!(typeof v.forced === "boolean")) return false;
  if (!((fits11(v.gate) || v.gate === null))) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
