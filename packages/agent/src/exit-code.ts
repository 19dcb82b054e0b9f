/** How mx-agent ends: what its exit status means to the program that started it. */
export const AgentExitCode = {
  completed: 0,
  failed: 1,
  usage: 2,
  maxTurns: 3,
  badInput: 65,
  unavailable: 69,
  stopped: 143,
} as const;
