/**
 * Signals a whole process group, named by the process that leads it; with 0, only asks whether any process of it is
 * left. True where one was. `group` undefined: its leader was never started.
 */
export function killGroup(
  group: number | undefined,
  signal: NodeJS.Signals | 0 = "SIGKILL",
): boolean {
  if (group === undefined) return false;
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}
