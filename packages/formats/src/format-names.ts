/** Whose results mx reads. `mx`: its own records. */
export const formatNames = [
  "mx",
  "tau-bench",
  "tau2",
  "verifiers",
  "inspect",
  "harbor",
  "goat",
] as const;
export type FormatName = (typeof formatNames)[number];
