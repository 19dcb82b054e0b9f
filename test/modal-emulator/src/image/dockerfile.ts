/** One line of a Dockerfile, continuation lines joined. */
export interface Instruction {
  /** In capitals, as in `RUN`. */
  name: string;
  rest: string;
}

/** What an image's Dockerfile says, as far as it matters here. */
export function parseDockerfile(commands: readonly string[]): Instruction[] {
  const instructions: Instruction[] = [];
  const lines = commands.flatMap((command) => command.split("\n"));
  for (let at = 0; at < lines.length; at += 1) {
    let line = lines[at]!.trim();
    if (line === "" || line.startsWith("#")) continue;
    while (line.endsWith("\\") && at + 1 < lines.length)
      line = `${line.slice(0, -1)}\n${lines[++at]!}`;
    const [, name = "", rest = ""] = /^(\w+)\s*([\s\S]*)$/.exec(line) ?? [];
    const heredoc = /<<-?\s*["']?(\w+)["']?\s*$/.exec(rest)?.[1];
    let text = rest.replaceAll("\n", " ").trim();
    if (name.toUpperCase() === "RUN" && heredoc !== undefined) {
      const body: string[] = [];
      while (at + 1 < lines.length && lines[++at]!.trim() !== heredoc) body.push(lines[at]!);
      text = rest.startsWith("<<") ? body.join("\n") : [rest, ...body, heredoc].join("\n");
    }
    instructions.push({ name: name.toUpperCase(), rest: text });
  }
  return instructions;
}

/** The arguments that a RUN is: a JSON array as it is, else a line for the shell. */
export function runArguments(rest: string): string[] {
  if (rest.startsWith("[")) {
    try {
      const parsed: unknown = JSON.parse(rest);
      if (Array.isArray(parsed) && parsed.every((item) => typeof item === "string")) return parsed;
    } catch {
      // no JSON, so it is a line for the shell
    }
  }
  return ["/bin/sh", "-c", rest];
}

/** The variables of an ENV: `A=1 B="two words"`, or the older `A value`. */
export function envVariables(rest: string): Record<string, string> {
  if (!/^\w+=/.test(rest)) {
    const [, name = "", value = ""] = /^(\w+)\s+(.*)$/s.exec(rest) ?? [];
    return name === "" ? {} : { [name]: value };
  }
  const pairs = rest.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*)/g);
  return Object.fromEntries(Array.from(pairs, ([, name, value]) => [name!, unquote(value!)]));
}

function unquote(value: string): string {
  if (value.startsWith("'")) return value.slice(1, -1);
  const inner = value.startsWith('"') ? value.slice(1, -1) : value;
  return inner.replaceAll(/\\(.)/g, "$1");
}
