// @ts-nocheck
// Generated from the schema of server by `npm run generate`. Not to be edited.
function isHex(text, length) {
  if (text.length !== length) return false;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 102 || (code > 57 && code < 97)) return false;
  }
  return true;
}
function fits1(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits2(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  for (const name in v) { if (!(typeof name === "string" && typeof v[name] === "string")) return false; }
  return true;
}
function fits3(v) {
  if (!Array.isArray(v)) return false;
  for (const item of v) if (!(typeof item === "string")) return false;
  return true;
}
function fits4(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(typeof v.type === "string")) return false;
  if (!(Number.isSafeInteger(v.count) && v.count > 0)) return false;
  return true;
}
function fits5(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!((typeof v.fits === "boolean" || v.fits === null))) return false;
  if (!((Number.isFinite(v.weights_bytes) && v.weights_bytes >= 0 || v.weights_bytes === null))) return false;
  if (!((Number.isFinite(v.kv_cache_bytes) && v.kv_cache_bytes >= 0 || v.kv_cache_bytes === null))) return false;
  if (!((Number.isFinite(v.available_bytes) && v.available_bytes >= 0 || v.available_bytes === null))) return false;
  if (!(typeof v.explanation === "string")) return false;
  return true;
}
function fits6(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  return true;
}
function fits7(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  return true;
}
function fits0(v) {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return false;
  if (!(v.type === "server")) return false;
  if (!(v.version === 1)) return false;
  if (!(typeof v.name === "string" && v.name.length >= 1)) return false;
  if (!(typeof v.digest === "string" && isHex(v.digest, 64))) return false;
  if (!((v.engine === "vllm" || v.engine === "sglang" || v.engine === "llama-cpp" || v.engine === "litellm" || v.engine === "postgres" || v.engine === "langfuse" || v.engine === "command"))) return false;
  if (!((v.where === "local" || v.where === "modal" || v.where === "slurm"))) return false;
  if (!((typeof v.model === "string" || v.model === null))) return false;
  if (!(fits1(v.argv))) return false;
  if (!(fits2(v.env))) return false;
  if (!(fits3(v.secrets))) return false;
  if (!((typeof v.image === "string" || v.image === null))) return false;
  if (!((fits4(v.gpu) || v.gpu === null))) return false;
  if (!((fits5(v.fit) || v.fit === null))) return false;
  if (!((Number.isFinite(v.price_usd_per_hour) && v.price_usd_per_hour >= 0 || v.price_usd_per_hour === null))) return false;
  if (!(fits6(v.config))) return false;
  if (!(fits7(v.sampling))) return false;
  return true;
}
/** True: the schema accepts the value. False: the schema has the last word. */
export const accepts: (value: unknown) => boolean = (value) => fits0(value);
