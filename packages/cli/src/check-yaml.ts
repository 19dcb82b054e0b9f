import type * as z from "zod";
import type { YamlText } from "./yaml-text.ts";

const mostProblems = 10;

/**
 * What a file says, checked by a schema. Throws what `bad` makes of the text with all that is wrong, each on a line
 * `FILE:LINE:COLUMN: path: message`, without a value of the file; of very many the first ten.
 */
export function checkYaml<T extends z.ZodType>(
  file: YamlText,
  schema: T,
  bad: (problems: string) => Error,
): z.output<T> {
  const broken = file.errors.map(({ place, message }) => `${place}: ${message}`);
  if (broken.length > 0) throw bad(listed(broken));
  const { data, error } = schema.safeParse(file.value);
  if (error === undefined) return data;
  throw bad(
    listed(
      error.issues.flatMap((issue) =>
        pathsOf(issue).map((path) => {
          const name = path.length === 0 ? "" : `${path.join(".")}: `;
          return `${file.placeOf(path)}: ${name}${messageOf(issue)}`;
        }),
      ),
    ),
  );
}

/** What an issue is about; keys that are not known are named one by one. */
function pathsOf(issue: z.core.$ZodIssue): PropertyKey[][] {
  return issue.code === "unrecognized_keys"
    ? issue.keys.map((key) => [...issue.path, key])
    : [issue.path];
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return "there is no such setting";
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  return issue.message.replace(/^Invalid (input|option): /, "");
}

function listed(problems: readonly string[]): string {
  const more = problems.length - mostProblems;
  return [...problems.slice(0, mostProblems), ...(more > 0 ? [`… and ${more} more`] : [])].join(
    "\n",
  );
}
