// @ts-nocheck
// Generated from the schema of scored-trial by `npm run generate`. Not to be edited.
function isHex(text, length) {
  if (text.length !== length) return false;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 102 || (code > 57 && code < 97)) return false;
  }
  return true;
}
function fits1(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits2(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  return true;
}
function fits4(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.kind === "equals")) return false;
  if (v.name !== undefined && !(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (v.weight !== undefined && !(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (v.target !== undefined && !(typeof v.target === "string")) return false;
  if (v.ignore_case !== undefined && !(typeof v.ignore_case === "boolean")) return false;
  return true;
}
function fits5(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.kind === "contains")) return false;
  if (v.name !== undefined && !(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (v.weight !== undefined && !(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (v.target !== undefined && !(typeof v.target === "string")) return false;
  if (v.ignore_case !== undefined && !(typeof v.ignore_case === "boolean")) return false;
  return true;
}
function fits6(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.kind === "regex")) return false;
  if (v.name !== undefined && !(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (v.weight !== undefined && !(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (!(typeof v.pattern === "string" && v.pattern.length >= 1)) return false;
  if (v.ignore_case !== undefined && !(typeof v.ignore_case === "boolean")) return false;
  if (v.group !== undefined && !(Number.isSafeInteger(v.group) && v.group >= 0)) return false;
  if (v.target !== undefined && !(typeof v.target === "string")) return false;
  return true;
}
function fits9(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(fits8(item))) return false;
  return true;
}
function fits10(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && fits8(v[name]))) return false; }
  return true;
}
function fits8(v) {
  return (typeof v === "string" || Number.isFinite(v) || typeof v === "boolean" || v === null || fits9(v) || fits10(v));
}
function fits7(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.kind === "json_equals")) return false;
  if (v.name !== undefined && !(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (v.weight !== undefined && !(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (v.target !== undefined && !(fits8(v.target))) return false;
  if (v.pointer !== undefined && !(typeof v.pointer === "string")) return false;
  return true;
}
function fits12(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  return true;
}
function fits11(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.kind === "json_schema")) return false;
  if (v.name !== undefined && !(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (v.weight !== undefined && !(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (!((fits12(v.schema) || typeof v.schema === "boolean"))) return false;
  return true;
}
function fits13(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.kind === "numeric")) return false;
  if (v.name !== undefined && !(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (v.weight !== undefined && !(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (v.target !== undefined && !(typeof v.target === "string")) return false;
  if (v.absolute !== undefined && !(Number.isFinite(v.absolute) && v.absolute >= 0)) return false;
  if (v.relative !== undefined && !(Number.isFinite(v.relative) && v.relative >= 0)) return false;
  return true;
}
const pattern12 = new RegExp("^[A-Z]{2,26}$");
function fits14(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.kind === "choice")) return false;
  if (v.name !== undefined && !(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (v.weight !== undefined && !(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (v.target !== undefined && !(typeof v.target === "string")) return false;
  if (v.choices !== undefined && !(typeof v.choices === "string" && pattern12.test(v.choices))) return false;
  return true;
}
function fits15(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.kind === "answer")) return false;
  if (v.name !== undefined && !(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (v.weight !== undefined && !(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (v.target !== undefined && !(typeof v.target === "string")) return false;
  return true;
}
function fits16(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.kind === "agent_exit")) return false;
  if (v.name !== undefined && !(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (v.weight !== undefined && !(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (v.expect !== undefined && !(Number.isSafeInteger(v.expect) && v.expect >= 0 && v.expect <= 255)) return false;
  return true;
}
function fits18(v) {
  if (!Array.isArray(v)) return false;
  if (v.length < 1) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits17(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.kind === "command")) return false;
  if (v.name !== undefined && !(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (v.weight !== undefined && !(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (!((typeof v.command === "string" && v.command.length >= 1 || fits18(v.command)))) return false;
  if (v.timeout_ms !== undefined && !(Number.isSafeInteger(v.timeout_ms) && v.timeout_ms > 0)) return false;
  return true;
}
function fits19(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.kind === "judge")) return false;
  if (v.name !== undefined && !(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (v.weight !== undefined && !(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (!(typeof v.rubric === "string" && v.rubric.length >= 1)) return false;
  if (!(typeof v.model === "string" && v.model.length >= 1)) return false;
  if (v.votes !== undefined && !(Number.isSafeInteger(v.votes) && v.votes > 0)) return false;
  if (v.trajectory !== undefined && !(typeof v.trajectory === "boolean")) return false;
  if (v.target !== undefined && !(typeof v.target === "string")) return false;
  return true;
}
function fits3(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!((fits4(item) || fits5(item) || fits6(item) || fits7(item) || fits11(item) || fits13(item) || fits14(item) || fits15(item) || fits16(item) || fits17(item) || fits19(item)))) return false;
  return true;
}
function fits21(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.name === "string")) return false;
  if (!((v.kind === "exit_code" || v.kind === "verifier" || v.kind === "file" || v.kind === "output" || v.kind === "json"))) return false;
  if (!((typeof v.passed === "boolean" || v.passed === null))) return false;
  if (v.value !== undefined && !(Number.isFinite(v.value) && v.value >= 0 && v.value <= 1)) return false;
  if (!(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (v.explanation !== undefined && !(typeof v.explanation === "string")) return false;
  return true;
}
function fits20(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(fits21(item))) return false;
  return true;
}
function fits22(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isSafeInteger(v.input_tokens) && v.input_tokens >= 0 || v.input_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.output_tokens) && v.output_tokens >= 0 || v.output_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.cached_input_tokens) && v.cached_input_tokens >= 0 || v.cached_input_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.reasoning_tokens) && v.reasoning_tokens >= 0 || v.reasoning_tokens === null))) return false;
  if (!(Number.isSafeInteger(v.calls) && v.calls >= 0)) return false;
  return true;
}
const pattern23 = new RegExp("^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$");
function fits23(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isFinite(v.queue) && v.queue >= 0 || v.queue === null))) return false;
  if (!((Number.isFinite(v.sandbox) && v.sandbox >= 0 || v.sandbox === null))) return false;
  if (!((Number.isFinite(v.agent) && v.agent >= 0 || v.agent === null))) return false;
  if (!((Number.isFinite(v.model) && v.model >= 0 || v.model === null))) return false;
  if (!((Number.isFinite(v.grade) && v.grade >= 0 || v.grade === null))) return false;
  return true;
}
function fits25(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.path === "string")) return false;
  if (!(Number.isSafeInteger(v.bytes) && v.bytes >= 0)) return false;
  if (!(typeof v.sha256 === "string" && v.sha256.length >= 64 && v.sha256.length <= 64)) return false;
  return true;
}
function fits24(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && fits25(v[name]))) return false; }
  return true;
}
function fits26(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  return true;
}
const pattern28 = new RegExp("^[a-z][a-z0-9_]*$");
function fits27(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.class === "string" && pattern28.test(v.class))) return false;
  if (!(typeof v.message === "string")) return false;
  if (!(typeof v.retryable === "boolean")) return false;
  return true;
}
function fits30(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.name === "string")) return false;
  if (!(typeof v.version === "string")) return false;
  if (v.digest !== undefined && !(typeof v.digest === "string")) return false;
  return true;
}
function fits31(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!((Number.isFinite(item) || item === null))) return false;
  return true;
}
function fits29(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isFinite(v.value) || v.value === null))) return false;
  if (v.explanation !== undefined && !(typeof v.explanation === "string")) return false;
  if (!(fits30(v.grader))) return false;
  if (v.weight !== undefined && !(Number.isFinite(v.weight) && v.weight > 0)) return false;
  if (v.votes !== undefined && !(fits31(v.votes))) return false;
  if (v.cost_usd !== undefined && !((Number.isFinite(v.cost_usd) && v.cost_usd >= 0 || v.cost_usd === null))) return false;
  return true;
}
function fits28(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && fits29(v[name]))) return false; }
  return true;
}
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "trial")) return false;
  if (!(v.version === 1)) return false;
  if (!(typeof v.key === "string" && isHex(v.key, 64))) return false;
  if (!(typeof v.run_id === "string" && v.run_id.length >= 1)) return false;
  if (!(typeof v.task_id === "string" && v.task_id.length >= 1)) return false;
  if (v.task_digest !== undefined && !(typeof v.task_digest === "string" && v.task_digest.length >= 64 && v.task_digest.length <= 64)) return false;
  if (v.image !== undefined && !(typeof v.image === "string")) return false;
  if (v.cluster !== undefined && !(typeof v.cluster === "string")) return false;
  if (v.tags !== undefined && !(fits1(v.tags))) return false;
  if (v.meta !== undefined && !(fits2(v.meta))) return false;
  if (v.target !== undefined && !(typeof v.target === "string")) return false;
  if (!(typeof v.variant === "string" && v.variant.length >= 1)) return false;
  if (!((typeof v.model === "string" || v.model === null))) return false;
  if (v.served_model !== undefined && !((typeof v.served_model === "string" || v.served_model === null))) return false;
  if (!(Number.isSafeInteger(v.trial) && v.trial >= 0 && v.trial <= 999999)) return false;
  if (!(Number.isSafeInteger(v.attempt) && v.attempt >= 0)) return false;
  if (!((v.outcome === "completed" || v.outcome === "failed" || v.outcome === "timeout" || v.outcome === "max_turns" || v.outcome === "infra_error" || v.outcome === "cancelled" || v.outcome === "budget"))) return false;
  if (v.exit_code !== undefined && !((Number.isSafeInteger(v.exit_code) || v.exit_code === null))) return false;
  if (!(typeof v.output === "string")) return false;
  if (v.output_bytes !== undefined && !(Number.isSafeInteger(v.output_bytes) && v.output_bytes >= 0)) return false;
  if (v.finish_reason !== undefined && !((typeof v.finish_reason === "string" || v.finish_reason === null))) return false;
  if (v.graders !== undefined && !(fits3(v.graders))) return false;
  if (v.checks !== undefined && !(fits20(v.checks))) return false;
  if (!(fits22(v.usage))) return false;
  if (!((Number.isFinite(v.cost_usd) && v.cost_usd >= 0 || v.cost_usd === null))) return false;
  if (v.turns !== undefined && !((Number.isSafeInteger(v.turns) && v.turns >= 0 || v.turns === null))) return false;
  if (!((typeof v.started_at === "string" && pattern23.test(v.started_at) || v.started_at === null))) return false;
  if (!(fits23(v.time_ms))) return false;
  if (!(typeof v.backend === "string")) return false;
  if (!((typeof v.sandbox_id === "string" || v.sandbox_id === null))) return false;
  if (!(fits24(v.artifacts))) return false;
  if (v.trajectory !== undefined && !(fits26(v.trajectory))) return false;
  if (v.fault !== undefined && !(fits27(v.fault))) return false;
  if (!(fits28(v.scores))) return false;
  if (!((Number.isFinite(v.reward) || v.reward === null))) return false;
  if (!((typeof v.passed === "boolean" || v.passed === null))) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
