import { settingError } from "../config/setting-error.ts";

const secretName = /(^|_)(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i;

/** Variables of a server. Throws MxError 2 for what is no name, and for what looks like a secret: all of this is shown. */
export function checkedEnv(env: Record<string, string>): Record<string, string> {
  for (const name of Object.keys(env)) {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      const hint = "letters, digits and _ make a name";
      throw settingError(`--env.${name}: this is no name of a variable`, hint);
    }
    if (secretName.test(name)) {
      throw settingError(
        `--env.${name}: a secret does not belong on a command line or in a file`,
        `set ${name} in the environment, and name it: --secret ${name}`,
      );
    }
  }
  return env;
}
