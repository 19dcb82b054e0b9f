// @ts-nocheck
// Generated from the schema of summary by `npm run generate`. Not to be edited.
function fits1(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits2(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && (typeof v[name] === "string" || v[name] === null))) return false; }
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
function fits4(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isFinite(v.low) || v.low === null))) return false;
  if (!((Number.isFinite(v.high) || v.high === null))) return false;
  if (!(Number.isFinite(v.level))) return false;
  if (!(typeof v.method === "string")) return false;
  return true;
}
function fits5(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isFinite(v.low) || v.low === null))) return false;
  if (!((Number.isFinite(v.high) || v.high === null))) return false;
  return true;
}
function fits6(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && (Number.isFinite(v[name]) || v[name] === null))) return false; }
  return true;
}
function fits7(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && (Number.isFinite(v[name]) || v[name] === null))) return false; }
  return true;
}
function fits9(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isFinite(v.low) || v.low === null))) return false;
  if (!((Number.isFinite(v.high) || v.high === null))) return false;
  if (!(Number.isFinite(v.level))) return false;
  if (!(typeof v.method === "string")) return false;
  return true;
}
function fits8(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && fits9(v[name]))) return false; }
  return true;
}
function fits11(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isFinite(v.low) || v.low === null))) return false;
  if (!((Number.isFinite(v.high) || v.high === null))) return false;
  if (!(Number.isFinite(v.level))) return false;
  if (!(typeof v.method === "string")) return false;
  return true;
}
function fits10(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && fits11(v[name]))) return false; }
  return true;
}
function fits12(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && Number.isSafeInteger(v[name]))) return false; }
  return true;
}
function fits13(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!((name === "completed" || name === "failed" || name === "timeout" || name === "max_turns" || name === "infra_error" || name === "cancelled" || name === "budget") && Number.isSafeInteger(v[name]))) return false; }
  return true;
}
function fits15(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.name === "string")) return false;
  if (!(typeof v.version === "string")) return false;
  if (v.digest !== undefined && !(typeof v.digest === "string")) return false;
  return true;
}
function fits14(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(fits15(item))) return false;
  return true;
}
function fits17(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isFinite(v.mean) || v.mean === null))) return false;
  if (!(Number.isSafeInteger(v.scored) && v.scored >= 0)) return false;
  if (!(Number.isSafeInteger(v.missing) && v.missing >= 0)) return false;
  return true;
}
function fits16(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && fits17(v[name]))) return false; }
  return true;
}
function fits18(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isSafeInteger(v.input_tokens) && v.input_tokens >= 0 || v.input_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.output_tokens) && v.output_tokens >= 0 || v.output_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.cached_input_tokens) && v.cached_input_tokens >= 0 || v.cached_input_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.reasoning_tokens) && v.reasoning_tokens >= 0 || v.reasoning_tokens === null))) return false;
  if (!(Number.isSafeInteger(v.calls) && v.calls >= 0)) return false;
  return true;
}
function fits19(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isFinite(v.min) || v.min === null))) return false;
  if (!((Number.isFinite(v.p50) || v.p50 === null))) return false;
  if (!((Number.isFinite(v.p90) || v.p90 === null))) return false;
  if (!((Number.isFinite(v.p99) || v.p99 === null))) return false;
  if (!((Number.isFinite(v.max) || v.max === null))) return false;
  return true;
}
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "summary")) return false;
  if (!(v.version === 1)) return false;
  if (!(fits1(v.run_ids))) return false;
  if (!(fits2(v.group))) return false;
  if (!(Number.isSafeInteger(v.tasks) && v.tasks >= 0)) return false;
  if (!(Number.isSafeInteger(v.planned) && v.planned >= 0)) return false;
  if (!(Number.isSafeInteger(v.finished) && v.finished >= 0)) return false;
  if (!(Number.isSafeInteger(v.scored) && v.scored >= 0)) return false;
  if (!((Number.isFinite(v.coverage) || v.coverage === null))) return false;
  if (v.min_coverage !== undefined && !(Number.isFinite(v.min_coverage))) return false;
  if (v.complete !== undefined && !(typeof v.complete === "boolean")) return false;
  if (!(Number.isFinite(v.pass_threshold))) return false;
  if (!((Number.isFinite(v.mean_reward) || v.mean_reward === null))) return false;
  if (!(fits3(v.mean_reward_interval))) return false;
  if (v.rerun_interval !== undefined && !(fits4(v.rerun_interval))) return false;
  if (v.clusters !== undefined && !((Number.isSafeInteger(v.clusters) && v.clusters >= 0 || v.clusters === null))) return false;
  if (!(fits5(v.mean_reward_bounds))) return false;
  if (!(fits6(v.pass_at_k))) return false;
  if (!(fits7(v.pass_hat_k))) return false;
  if (v.pass_at_k_interval !== undefined && !(fits8(v.pass_at_k_interval))) return false;
  if (v.pass_hat_k_interval !== undefined && !(fits10(v.pass_hat_k_interval))) return false;
  if (!(fits12(v.tasks_at_k))) return false;
  if (!(Number.isSafeInteger(v.attempts) && v.attempts >= 0)) return false;
  if (!(fits13(v.outcomes))) return false;
  if (!(Number.isSafeInteger(v.conflicts) && v.conflicts >= 0)) return false;
  if (v.graders !== undefined && !(fits14(v.graders))) return false;
  if (v.scores !== undefined && !(fits16(v.scores))) return false;
  if (v.grading_cost_usd !== undefined && !((Number.isFinite(v.grading_cost_usd) || v.grading_cost_usd === null))) return false;
  if (!(fits18(v.usage))) return false;
  if (!((Number.isFinite(v.cost_usd) || v.cost_usd === null))) return false;
  if (!(fits19(v.latency_ms))) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
