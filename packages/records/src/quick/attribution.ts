// @ts-nocheck
// Generated from the schema of attribution by `npm run generate`. Not to be edited.
function fits1(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.name === "string")) return false;
  if (!(typeof v.version === "string")) return false;
  if (v.digest !== undefined && !(typeof v.digest === "string")) return false;
  return true;
}
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "attribution")) return false;
  if (!(v.version === 1)) return false;
  if (!(typeof v.key === "string")) return false;
  if (!(typeof v.run_id === "string")) return false;
  if (!(typeof v.task_id === "string")) return false;
  if (!(Number.isSafeInteger(v.trial) && v.trial >= 0)) return false;
  if (!(Number.isSafeInteger(v.attempt) && v.attempt >= 0)) return false;
  if (!(typeof v.variant === "string")) return false;
  if (!((typeof v.model === "string" || v.model === null))) return false;
  if (!(((v.author === "agent" || v.author === "user" || v.author === "environment") || v.author === null))) return false;
  if (!(((v.fault_type === "called_wrong_tool" || v.fault_type === "used_wrong_tool_argument" || v.fault_type === "goal_partially_completed" || v.fault_type === "other") || v.fault_type === null))) return false;
  if (!((typeof v.description === "string" || v.description === null))) return false;
  if (!(fits1(v.judge))) return false;
  if (!((Number.isFinite(v.cost_usd) && v.cost_usd >= 0 || v.cost_usd === null))) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
