// @ts-nocheck
// Generated from the schema of planned by `npm run generate`. Not to be edited.
function isHex(text, length) {
  if (text.length !== length) return false;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 102 || (code > 57 && code < 97)) return false;
  }
  return true;
}
function fits2(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits1(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (v.skills !== undefined && !(typeof v.skills === "string" && isHex(v.skills, 64))) return false;
  if (v.mcp !== undefined && !(typeof v.mcp === "string" && isHex(v.mcp, 64))) return false;
  if (v.mcp_host !== undefined && !(fits2(v.mcp_host))) return false;
  return true;
}
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "planned")) return false;
  if (!(v.version === 1)) return false;
  if (!(typeof v.key === "string" && isHex(v.key, 64))) return false;
  if (!(typeof v.task_id === "string" && v.task_id.length >= 1)) return false;
  if (!((typeof v.model === "string" || v.model === null))) return false;
  if (!(typeof v.variant === "string" && v.variant.length >= 1)) return false;
  if (v.equipment !== undefined && !(fits1(v.equipment))) return false;
  if (!(Number.isSafeInteger(v.trial) && v.trial >= 0)) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
