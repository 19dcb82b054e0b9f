/** Characters that the parts of a trial may have in a prompt; more is cut from the middle. */
export const textLimits = {
  task: 40_000,
  target: 20_000,
  /** All that says how a trial was graded. */
  expected: 40_000,
  answer: 60_000,
  /** All of a trajectory, some 40,000 tokens. */
  trajectory: 160_000,
  /** One message, one thought, one call or one result in it. */
  part: 12_000,
};
