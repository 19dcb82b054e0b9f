/** Forms in which agents leave their conversation. `atif`: as mx keeps it. */
export const trajectoryFormats = [
  "atif",
  "claude-code",
  "codex",
  "gemini-cli",
  "opencode",
  "mini-swe-agent",
  "aider",
] as const;

/** How an agent's own trajectory is read. */
export type TrajectoryFormat = (typeof trajectoryFormats)[number];
