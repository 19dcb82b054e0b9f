const variable = /\$\{(env:)?(\w+)(?::-([^}]*))?\}/g;
/** Names that stand for a place where they have no prefix. */
const places = new Set(["workspaceFolder", "userHome"]);

/**
 * Puts variables in, as other MCP clients do: `${NAME}`, `${NAME:-default}` (Claude Code), `${env:NAME}`,
 * `${workspaceFolder}` and `${userHome}` (Cursor, VS Code). Throws where one has neither a value nor a default, and for
 * a workspace where there is none (null). `used` is told the values of variables.
 */
export function expandVariables(
  text: string,
  env: NodeJS.ProcessEnv,
  workspace: string | null,
  used: (name: string, value: string) => void = () => {},
): string {
  return text.replaceAll(
    variable,
    (whole, prefix: string | undefined, name: string, fallback: string | undefined) => {
      if (prefix === undefined && name === "workspaceFolder") {
        if (workspace === null) throw new Error(`${whole}: a server outside sandboxes has none`);
        return workspace;
      }
      const known = prefix === undefined && name === "userHome" ? env["HOME"] : env[name];
      const value = known === undefined || known === "" ? (fallback ?? known) : known;
      if (value === undefined) throw new Error(`${whole}: the variable is not set`);
      used(name, value);
      return value;
    },
  );
}

/** Names of the variables of a process that a text asks for. */
export function variableNames(text: string): string[] {
  const found = [...text.matchAll(variable)].map(([, prefix, name = ""]) => ({ prefix, name }));
  const names = found.filter(({ prefix, name }) => prefix !== undefined || !places.has(name));
  return [...new Set(names.map(({ name }) => name))];
}
