import type { Backend } from "@mx/backends";

/** Says once which limits nothing holds here, and which hold per process only. */
export function warnOfLimits(backend: Backend, note: (text: string) => void): void {
  const limits = Object.entries(backend.limits).filter(([, { value }]) => value !== null);
  const name = (limit: string) => limit.replace(/_bytes$/, "").replaceAll("_", " ");
  const none = limits
    .filter(([, { enforced_by }]) => enforced_by === null)
    .map(([limit]) => name(limit));
  if (none.length > 0)
    note(
      `not enforced by backend ${backend.name}${backend.name === "modal" ? "" : " on this machine"}: ${none.join(", ")}`,
    );
  if (backend.limits["memory_bytes"]?.enforced_by === "rlimit") {
    note("memory is limited per process and not per sandbox: no writable cgroup");
  }
}
