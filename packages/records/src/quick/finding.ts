// @ts-nocheck
// Generated from the schema of finding by `npm run generate`. Not to be edited.
function fits1(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && (typeof v[name] === "string" || v[name] === null))) return false; }
  return true;
}
function fits3(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.task_id === "string")) return false;
  if (!(Number.isSafeInteger(v.trial) && v.trial >= 0)) return false;
  return true;
}
function fits2(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(fits3(item))) return false;
  return true;
}
function fits4(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "finding")) return false;
  if (!(v.version === 1)) return false;
  if (!(typeof v.code === "string")) return false;
  if (!((v.severity === "info" || v.severity === "warning" || v.severity === "error"))) return false;
  if (!(typeof v.message === "string")) return false;
  if (v.group !== undefined && !(fits1(v.group))) return false;
  if (v.count !== undefined && !(Number.isSafeInteger(v.count) && v.count >= 0)) return false;
  if (v.trials !== undefined && !(fits2(v.trials))) return false;
  if (v.keys !== undefined && !(fits4(v.keys))) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
