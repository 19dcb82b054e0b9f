const passed = new Set(["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ"]);
const secret = /KEY|SECRET|TOKEN|PASSW|CREDENTIAL/i;

/**
 * The environment of a command that grades: PATH, HOME, LANG, LC_ALL, TMPDIR, TZ and MX_*, without what is named
 * like a secret. What a model wrote goes through that program, so nothing in its reach should be worth stealing.
 */
export function commandEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const isPassed = passed.has(name) || (name.startsWith("MX_") && !secret.test(name));
    if (isPassed && value !== undefined) kept[name] = value;
  }
  return kept;
}
