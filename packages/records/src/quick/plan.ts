// @ts-nocheck
// Generated from the schema of plan by `npm run generate`. Not to be edited.
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "plan")) return false;
  if (!(v.version === 1)) return false;
  if (!(Number.isFinite(v.effect) && v.effect > 0)) return false;
  if (!(Number.isSafeInteger(v.tasks) && v.tasks > 0)) return false;
  if (!(Number.isSafeInteger(v.trials) && v.trials > 0)) return false;
  if (!(Number.isSafeInteger(v.total_trials) && v.total_trials > 0)) return false;
  if (!(Number.isFinite(v.power))) return false;
  if (!(Number.isFinite(v.alpha))) return false;
  if (!(Number.isFinite(v.omega) && v.omega >= 0)) return false;
  if (!(Number.isFinite(v.sigma_a) && v.sigma_a >= 0)) return false;
  if (!(Number.isFinite(v.sigma_b) && v.sigma_b >= 0)) return false;
  if (!(typeof v.source === "string")) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
