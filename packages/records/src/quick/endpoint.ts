// @ts-nocheck
// Generated from the schema of endpoint by `npm run generate`. Not to be edited.
function fits1(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits2(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  return true;
}
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "endpoint")) return false;
  if (!(v.version === 1)) return false;
  if (!(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (!(typeof v.base_url === "string" && URL.canParse(v.base_url))) return false;
  if (!(fits1(v.models))) return false;
  if (!(typeof v.engine === "string")) return false;
  if (!(typeof v.where === "string")) return false;
  if (!((v.state === "starting" || v.state === "ready" || v.state === "stopped" || v.state === "failed"))) return false;
  if (!(fits2(v.handle))) return false;
  if (v.api_key_env !== undefined && !(typeof v.api_key_env === "string")) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
