type Values = Record<string, unknown>;

function isPlain(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Two entries as one; what `over` says wins. Their sections (`infra`, `vllm`, `sampling`, …) are merged setting by
 * setting. The value of a setting is taken whole, so that nothing of a former `speculative_config` stays in a new one.
 */
export function mergeSettings(base: Values, over: Values): Values {
  const merged: Values = { ...base };
  for (const [name, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const former = merged[name];
    merged[name] = isPlain(former) && isPlain(value) ? { ...former, ...value } : value;
  }
  return merged;
}
