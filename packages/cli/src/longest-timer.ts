/** The longest time that a timer of Node's can wait, in ms: with more it rings at once. */
export const longestTimerMs = 2 ** 31 - 1;
