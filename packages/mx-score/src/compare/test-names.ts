/** The tests that a comparison can be judged by; `auto` picks one by the data. */
export const testNames = ["auto", "mcnemar", "t", "permutation"] as const;
export type TestName = (typeof testNames)[number];
