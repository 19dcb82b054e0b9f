/**
 * Puts variables in, as other MCP clients do: `${NAME}`, `${NAME:-default}` (Claude Code), `${env:NAME}`,
 * `${workspaceFolder}` and `${userHome}` (Cursor, VS Code). Throws where one has neither a value nor a default.
 * `used` is told the values of variables.
 */
export function expandVariables(
  text: string,
  env: NodeJS.ProcessEnv,
  cwd: string,
  used: (name: string, value: string) => void = () => {},
): string {
  return text.replaceAll(
    /\$\{(env:)?(\w+)(?::-([^}]*))?\}/g,
    (whole, prefix: string | undefined, name: string, fallback: string | undefined) => {
      if (prefix === undefined && name === "workspaceFolder") return cwd;
      const known = prefix === undefined && name === "userHome" ? env["HOME"] : env[name];
      const value = known === undefined || known === "" ? (fallback ?? known) : known;
      if (value === undefined) throw new Error(`${whole}: the variable is not set`);
      used(name, value);
      return value;
    },
  );
}
