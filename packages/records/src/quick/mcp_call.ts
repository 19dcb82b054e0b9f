// @ts-nocheck
// Generated from the schema of mcp_call by `npm run generate`. Not to be edited.
const pattern0 = new RegExp("^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$");
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "mcp_call")) return false;
  if (!(v.version === 1)) return false;
  if (!(typeof v.id === "string" && v.id.length >= 1)) return false;
  if (!(typeof v.started_at === "string" && pattern0.test(v.started_at))) return false;
  if (!((typeof v.run_id === "string" || v.run_id === null))) return false;
  if (!((typeof v.key === "string" || v.key === null))) return false;
  if (!((Number.isSafeInteger(v.attempt) && v.attempt >= 0 || v.attempt === null))) return false;
  if (!((typeof v.task_id === "string" || v.task_id === null))) return false;
  if (!((Number.isSafeInteger(v.trial) && v.trial >= 0 || v.trial === null))) return false;
  if (!(typeof v.server === "string")) return false;
  if (!(typeof v.method === "string")) return false;
  if (!((typeof v.tool === "string" || v.tool === null))) return false;
  if (!(Number.isSafeInteger(v.arguments_bytes) && v.arguments_bytes >= 0)) return false;
  if (!((v.state === "ok" || v.state === "error" || v.state === "failed" || v.state === "cancelled" || v.state === "refused"))) return false;
  if (!((typeof v.is_error === "boolean" || v.is_error === null))) return false;
  if (!((Number.isSafeInteger(v.result_bytes) && v.result_bytes >= 0 || v.result_bytes === null))) return false;
  if (v.error !== undefined && !(typeof v.error === "string")) return false;
  if (!(Number.isFinite(v.elapsed_ms) && v.elapsed_ms >= 0)) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
