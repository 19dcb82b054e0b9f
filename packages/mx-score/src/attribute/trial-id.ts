/** What makes two records speak of the same attempt. Keys alone repeat where a run was made twice. */
export function trialId(record: { run_id: string; key: string; attempt: number }): string {
  return `${record.key} ${record.attempt} ${record.run_id}`;
}
