import { ExitCode, MxError } from "@mx/cli";
import type { ServerPlan } from "../../server-plan.ts";
import { fillIn, type Chosen } from "../local/fill-in.ts";

/** Modal takes no command of more than 64 KiB; some of that is left for itself. */
const mostBytes = 60_000;
/** Where uv, which installs a Python and packages, is copied from. */
const uvImage = "ghcr.io/astral-sh/uv:0.9";
const python = "3.12";
/** The image where a plan names none. */
const usualImage = "debian:bookworm-slim";

/** Puts files into a folder and becomes the server. Arguments: folder, then path and base64 of each file, `--`, command. */
const script = `\
set -eu
dir=$1
shift
mkdir -p "$dir"
while [ "$1" != -- ]; do
  mkdir -p "$dir/$(dirname "$1")"
  printf %s "$2" | base64 -d >"$dir/$1"
  shift 2
done
shift
cd "$dir"
exec "$@"`;

/** The command of a sandbox that is a server. Throws MxError 2 where the plan's files are too large to be part of it. */
export function sandboxCommand({ record, files }: ServerPlan, chosen: Chosen): string[] {
  const texts = Object.entries(files).flatMap(([path, text]) => [
    path,
    Buffer.from(text).toString("base64"),
  ]);
  const argv = record.argv.map((part) => fillIn(part, chosen));
  const command = ["sh", "-c", script, "mx-serve", chosen.dir, ...texts, "--", ...argv];
  const bytes = command.reduce((sum, part) => sum + Buffer.byteLength(part) + 1, 0);
  if (bytes <= mostBytes) return command;
  throw new MxError(
    `${record.name}: its files and its command are ${bytes} bytes, too many for a sandbox`,
    {
      code: "modal_command_too_long",
      exitCode: ExitCode.usage,
      hint: "`mx-serve deploy` has no such limit",
    },
  );
}

/** The image of such a sandbox: a tag, and what is done on top. */
export function sandboxImage({ record, packages, imageSetup = [] }: ServerPlan): {
  tag: string;
  setup: string[];
} {
  const install =
    packages.length === 0
      ? []
      : [
          `COPY --from=${uvImage} /uv /usr/local/bin/uv`,
          `RUN uv venv --python ${python} /opt/mx`,
          `RUN uv pip install --python /opt/mx/bin/python ${packages.map(quoted).join(" ")}`,
          "ENV PATH=/opt/mx/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ];
  return { tag: record.image ?? usualImage, setup: [...imageSetup, ...install] };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
