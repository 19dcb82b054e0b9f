// @ts-nocheck
// Generated from the schema of request by `npm run generate`. Not to be edited.
const pattern0 = new RegExp("^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$");
function fits2(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.upstream === "string")) return false;
  if (!((Number.isSafeInteger(v.status) || v.status === null))) return false;
  if (v.error !== undefined && !(typeof v.error === "string")) return false;
  return true;
}
function fits1(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(fits2(item))) return false;
  return true;
}
function fits3(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isSafeInteger(v.input_tokens) && v.input_tokens >= 0 || v.input_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.output_tokens) && v.output_tokens >= 0 || v.output_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.cached_input_tokens) && v.cached_input_tokens >= 0 || v.cached_input_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.reasoning_tokens) && v.reasoning_tokens >= 0 || v.reasoning_tokens === null))) return false;
  if (!(Number.isSafeInteger(v.calls) && v.calls >= 0)) return false;
  return true;
}
function fits4(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((Number.isSafeInteger(v.input_tokens) && v.input_tokens >= 0 || v.input_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.output_tokens) && v.output_tokens >= 0 || v.output_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.cached_input_tokens) && v.cached_input_tokens >= 0 || v.cached_input_tokens === null))) return false;
  if (!((Number.isSafeInteger(v.reasoning_tokens) && v.reasoning_tokens >= 0 || v.reasoning_tokens === null))) return false;
  if (!(Number.isSafeInteger(v.calls) && v.calls >= 0)) return false;
  return true;
}
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "request")) return false;
  if (!(v.version === 1)) return false;
  if (!(typeof v.id === "string" && v.id.length >= 1)) return false;
  if (!(typeof v.started_at === "string" && pattern0.test(v.started_at))) return false;
  if (!((typeof v.run_id === "string" || v.run_id === null))) return false;
  if (!((typeof v.key === "string" || v.key === null))) return false;
  if (!((Number.isSafeInteger(v.attempt) && v.attempt >= 0 || v.attempt === null))) return false;
  if (!((typeof v.task_id === "string" || v.task_id === null))) return false;
  if (!((Number.isSafeInteger(v.trial) && v.trial >= 0 || v.trial === null))) return false;
  if (!(typeof v.method === "string")) return false;
  if (!(typeof v.path === "string")) return false;
  if (!((typeof v.model === "string" || v.model === null))) return false;
  if (!((typeof v.model_served === "string" || v.model_served === null))) return false;
  if (v.finish_reason !== undefined && !((typeof v.finish_reason === "string" || v.finish_reason === null))) return false;
  if (!((typeof v.upstream === "string" || v.upstream === null))) return false;
  if (v.model_sent !== undefined && !(typeof v.model_sent === "string")) return false;
  if (!((Number.isSafeInteger(v.status) || v.status === null))) return false;
  if (!((v.state === "ok" || v.state === "error" || v.state === "truncated" || v.state === "cancelled" || v.state === "refused"))) return false;
  if (v.error !== undefined && !(typeof v.error === "string")) return false;
  if (!(Number.isSafeInteger(v.attempts) && v.attempts >= 0)) return false;
  if (v.tries !== undefined && !(fits1(v.tries))) return false;
  if (v.queue_ms !== undefined && !(Number.isFinite(v.queue_ms) && v.queue_ms >= 0)) return false;
  if (!(typeof v.streamed === "boolean")) return false;
  if (!(fits3(v.usage))) return false;
  if (!((Number.isFinite(v.cost_usd) && v.cost_usd >= 0 || v.cost_usd === null))) return false;
  if (!((Number.isFinite(v.ttft_ms) && v.ttft_ms >= 0 || v.ttft_ms === null))) return false;
  if (!(Number.isFinite(v.elapsed_ms) && v.elapsed_ms >= 0)) return false;
  if (!((v.cache === "off" || v.cache === "miss" || v.cache === "hit" || v.cache === "replay"))) return false;
  if (v.stored_usage !== undefined && !(fits4(v.stored_usage))) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
