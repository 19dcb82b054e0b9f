// @ts-nocheck
// Generated from the schema of cell by `npm run generate`. Not to be edited.
function fits1(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && typeof v[name] === "string")) return false; }
  return true;
}
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "cell")) return false;
  if (!(v.version === 1)) return false;
  if (!(Number.isSafeInteger(v.index) && v.index >= 0)) return false;
  if (!(fits1(v.cell))) return false;
  if (v.state !== undefined && !((v.state === "owed" || v.state === "done"))) return false;
  if (v.trials !== undefined && !(Number.isSafeInteger(v.trials) && v.trials >= 0)) return false;
  if (v.planned !== undefined && !(Number.isSafeInteger(v.planned) && v.planned > 0)) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
