// @ts-nocheck
// Generated from the schema of resource by `npm run generate`. Not to be edited.
function fits1(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "resource")) return false;
  if (!(v.version === 1)) return false;
  if (!((v.kind === "environment" || v.kind === "secret" || v.kind === "volume" || v.kind === "app" || v.kind === "sandbox"))) return false;
  if (!(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (v.environment !== undefined && !(typeof v.environment === "string")) return false;
  if (!((v.action === "create" || v.action === "update" || v.action === "keep" || v.action === "skip" || v.action === "delete" || v.action === "fail"))) return false;
  if (v.keys !== undefined && !(fits1(v.keys))) return false;
  if (v.dry_run !== undefined && !(v.dry_run === true)) return false;
  if (v.reason !== undefined && !(typeof v.reason === "string")) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
