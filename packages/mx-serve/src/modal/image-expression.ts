import type { ServerPlan } from "../server-plan.ts";
import { pythonLiteral } from "./python-literal.ts";

/** The Python that Modal's runner gets where the image has none of its own. */
const addedPython = "3.12";
/** Alpine has another C library than the Python that Modal adds: it takes its own. */
const alpinePython = "RUN apk add --no-cache python3 py3-pip && ln -sf python3 /usr/bin/python";

/** What is known of a plan's image. */
export type ImagePlan = Pick<ServerPlan, "record" | "packages" | "imageSetup">;

/**
 * The image as an expression of Modal's Python package: the plan's own, or Debian's, with its pinned packages. Nothing of
 * the server's settings is in it, so that it is built once for all servers of an engine.
 */
export function imageExpression({ record, packages, imageSetup = [] }: ImagePlan): string {
  const calls = [baseImage(record.image, imageSetup)];
  if (record.image !== null) calls.push("entrypoint([])");
  if (packages.length > 0) {
    const lines = packages.map((name) => `        ${pythonLiteral(name)},\n`);
    calls.push(`uv_pip_install(\n${lines.join("")}    )`);
  }
  return `(\n    modal.Image.${calls.join("\n    .")}\n)`;
}

function baseImage(image: string | null, setup: readonly string[]): string {
  if (image === null) {
    const debian = `debian_slim(python_version=${pythonLiteral(addedPython)})`;
    if (setup.length === 0) return debian;
    const lines = setup.map((line) => `        ${pythonLiteral(line)},\n`);
    return `${debian}\n    .dockerfile_commands(\n${lines.join("")}    )`;
  }
  const lines = [`        ${pythonLiteral(image)},\n`];
  const alpine = isAlpine(image, setup);
  const commands = alpine && !hasPython(image) ? [...setup, alpinePython] : setup;
  if (!alpine && !hasPython(image))
    lines.push(`        add_python=${pythonLiteral(addedPython)},\n`);
  if (commands.length > 0)
    lines.push(`        setup_dockerfile_commands=${pythonLiteral(commands, 8)},\n`);
  return `from_registry(\n${lines.join("")}    )`;
}

/** By the name of the image: `python:3.12-slim`, `docker.io/library/python@sha256:…`. */
function hasPython(image: string): boolean {
  const name = image.split("/").at(-1) ?? image;
  return /^python([:@]|$)/.test(name);
}

/** By its tag, or by the program that it installs with. */
function isAlpine(image: string, setup: readonly string[]): boolean {
  return /alpine/.test(image) || setup.some((line) => /\bapk add\b/.test(line));
}
