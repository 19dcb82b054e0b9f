// @ts-nocheck
// Generated from the schema of run by `npm run generate`. Not to be edited.
function isHex(text, length) {
  if (text.length !== length) return false;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 102 || (code > 57 && code < 97)) return false;
  }
  return true;
}
const pattern0 = new RegExp("^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$");
const pattern1 = new RegExp("^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$");
function fits1(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits2(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && typeof v[name] === "string")) return false; }
  return true;
}
function fits4(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits3(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.name === "string")) return false;
  if (!((typeof v.digest === "string" || v.digest === null))) return false;
  if (v.argv !== undefined && !(fits4(v.argv))) return false;
  return true;
}
function fits5(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!((typeof item === "string" || item === null))) return false;
  return true;
}
function fits6(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits9(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!((typeof item === "string" || item === null))) return false;
  return true;
}
function fits11(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits10(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.name === "string")) return false;
  if (!((typeof v.digest === "string" || v.digest === null))) return false;
  if (v.argv !== undefined && !(fits11(v.argv))) return false;
  return true;
}
function fits12(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isFinite(v.temperature) || v.temperature === null))) return false;
  if (!((Number.isFinite(v.top_p) || v.top_p === null))) return false;
  if (!((Number.isSafeInteger(v.max_tokens) && v.max_tokens > 0 || v.max_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.seed) || v.seed === null))) return false;
  return true;
}
function fits14(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits13(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (v.skills !== undefined && !(typeof v.skills === "string" && isHex(v.skills, 64))) return false;
  if (v.mcp !== undefined && !(typeof v.mcp === "string" && isHex(v.mcp, 64))) return false;
  if (v.mcp_host !== undefined && !(fits14(v.mcp_host))) return false;
  return true;
}
function fits8(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.variant === "string" && v.variant.length >= 1)) return false;
  if (!(fits9(v.models))) return false;
  if (!(fits10(v.agent))) return false;
  if (!(fits12(v.sampling))) return false;
  if (v.equipment !== undefined && !(fits13(v.equipment))) return false;
  if (v.flags !== undefined && !(typeof v.flags === "string")) return false;
  return true;
}
function fits7(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(fits8(item))) return false;
  return true;
}
function fits15(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isFinite(v.temperature) || v.temperature === null))) return false;
  if (!((Number.isFinite(v.top_p) || v.top_p === null))) return false;
  if (!((Number.isSafeInteger(v.max_tokens) && v.max_tokens > 0 || v.max_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.seed) || v.seed === null))) return false;
  return true;
}
function fits16(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits18(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isFinite(v.value) && v.value >= 0 || v.value === null))) return false;
  if (!((typeof v.enforced_by === "string" || v.enforced_by === null))) return false;
  return true;
}
function fits17(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && fits18(v[name]))) return false; }
  return true;
}
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "run")) return false;
  if (!(v.version === 1)) return false;
  if (!(typeof v.run_id === "string" && v.run_id.length >= 1)) return false;
  if (!((v.state === "running" || v.state === "done" || v.state === "incomplete" || v.state === "cancelled"))) return false;
  if (!((typeof v.started_at === "string" && pattern0.test(v.started_at) || v.started_at === null))) return false;
  if (v.ended_at !== undefined && !(typeof v.ended_at === "string" && pattern1.test(v.ended_at))) return false;
  if (!(fits1(v.command))) return false;
  if (!(fits2(v.versions))) return false;
  if (!((typeof v.git_commit === "string" || v.git_commit === null))) return false;
  if (!(fits3(v.agent))) return false;
  if (!(typeof v.backend === "string")) return false;
  if (!((typeof v.endpoint === "string" || v.endpoint === null))) return false;
  if (!(fits5(v.models))) return false;
  if (!(fits6(v.variants))) return false;
  if (v.arms !== undefined && !(fits7(v.arms))) return false;
  if (!(fits15(v.sampling))) return false;
  if (!(Number.isSafeInteger(v.trials) && v.trials > 0)) return false;
  if (!((fits16(v.task_ids) || v.task_ids === null))) return false;
  if (!((Number.isSafeInteger(v.planned) && v.planned >= 0 || v.planned === null))) return false;
  if (v.finished !== undefined && !(Number.isSafeInteger(v.finished) && v.finished >= 0)) return false;
  if (v.owed !== undefined && !((Number.isSafeInteger(v.owed) && v.owed >= 0 || v.owed === null))) return false;
  if (!(fits17(v.limits))) return false;
  if (!((v.network === "none" || v.network === "model" || v.network === "full"))) return false;
  if (!(typeof v.fingerprint === "string" && v.fingerprint.length >= 64 && v.fingerprint.length <= 64)) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
