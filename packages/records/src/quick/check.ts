// @ts-nocheck
// Generated from the schema of check by `npm run generate`. Not to be edited.
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "check")) return false;
  if (!(v.version === 1)) return false;
  if (!(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (!(typeof v.phase === "string")) return false;
  if (!(typeof v.ok === "boolean")) return false;
  if (v.not_run !== undefined && !(v.not_run === true)) return false;
  if (!(typeof v.detail === "string")) return false;
  if (v.fix !== undefined && !(typeof v.fix === "string")) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
