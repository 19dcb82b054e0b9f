import { posix } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import type { Build } from "@mx/records";
import type { SandboxFile } from "../sandbox.ts";
import { BuildContext } from "./context-files.ts";
import { copyFiles, NotPlain } from "./copy-files.ts";
import { parseDockerfile, type Instruction } from "./dockerfile.ts";
import { simpleRun } from "./simple-run.ts";
import { fillIn, nextWorkdir, settings, type Variables } from "./variables.ts";

/** What a Dockerfile comes to that is only a base and files. */
export interface BuildPlan {
  /** Reference of the base image. */
  base: string;
  /** Absolute path; `/` where no WORKDIR says otherwise. */
  workdir: string;
  env: Record<string, string>;
  /** Absolute paths of folders to be made. */
  folders: string[];
  /** With absolute paths. */
  files: SandboxFile[];
}

/** What says how to start a program that is not started here, or describes the image. */
const ignored: ReadonlySet<string> = new Set(
  "CMD ENTRYPOINT EXPOSE LABEL MAINTAINER STOPSIGNAL HEALTHCHECK ONBUILD SHELL".split(" "),
);

/** What sandboxes have in common with images of these names: the programs of an ordinary Linux. */
const ordinary =
  /^(?:(?:docker\.io\/)?(?:library\/)?)(debian|ubuntu|buildpack-deps|python|node)(?::|@|$)/;

/**
 * What has to be put into a sandbox in place of a build. Throws MxError 65 that names the line where that is not
 * enough: the Dockerfile needs a builder, which `container` and `modal` have. `path`: the search path in the sandbox;
 * `canHold`: false for folders that are the host's there.
 */
export function planBuild(
  build: Build,
  { path, canHold }: { path: string; canHold: (folder: string) => boolean },
): BuildPlan {
  const context = new BuildContext(build.files);
  const places = {
    workdir: "/",
    folders: new Set<string>(),
    files: new Map<string, SandboxFile>(),
  };
  const args: Record<string, string> = {};
  const env: Record<string, string> = {};
  let base: string | null = null;
  for (const instruction of parseDockerfile(build.dockerfile)) {
    const { name, text } = instruction;
    const variables: Variables = { PATH: path, ...args, ...env };
    try {
      if (name === "FROM") {
        if (base !== null) throw new NotPlain("it has several stages");
        base = fillIn(text.split(/\s+/)[0] ?? "", variables);
        if (!ordinary.test(base))
          throw new NotPlain("it is no ordinary Linux that the host could stand in for");
      } else if (name === "ARG") {
        Object.assign(args, settings("ARG", text, variables));
      } else if (name === "ENV") {
        Object.assign(env, settings("ENV", text, variables));
      } else if (name === "WORKDIR") {
        places.workdir = nextWorkdir(places.workdir, text, variables);
        places.folders.add(places.workdir);
      } else if (name === "VOLUME") {
        for (const volume of instruction.json ?? text.split(/\s+/)) {
          places.folders.add(posix.resolve("/", fillIn(volume, variables)));
        }
      } else if (name === "COPY" || name === "ADD") {
        const options = { workdir: places.workdir, variables };
        for (const file of copyFiles(instruction, context, options)) {
          places.files.set(file.path, file);
        }
      } else if (name === "USER") {
        if (!/^(root|0)(:(root|0))?$/.test(fillIn(text, variables))) throw new NotPlain("");
      } else if (name === "RUN") simpleRun(instruction, places);
      else if (!ignored.has(name)) throw new NotPlain("");
      const needed = [
        ...places.folders,
        ...[...places.files.keys()].map((file) => posix.dirname(file)),
      ];
      const wrong = needed.find((folder) => !canHold(folder));
      if (wrong !== undefined) throw new NotPlain(`${wrong} is the host's here`);
    } catch (error) {
      if (error instanceof NotPlain) throw needsBuild(instruction, error.message);
      throw error;
    }
  }
  const { workdir, folders, files } = places;
  return { base: base ?? "", workdir, env, folders: [...folders], files: [...files.values()] };
}

/** The error for an instruction that only a builder can do. */
function needsBuild({ line, name, text }: Instruction, why: string): MxError {
  const shown = `${name} ${text}`.replaceAll(/\s+/g, " ");
  const said = shown.length > 80 ? `${shown.slice(0, 79)}…` : shown;
  return new MxError(
    `Dockerfile:${line}: \`${said}\` needs an image build${why === "" ? "" : ` (${why})`}: --backend container or modal makes one`,
    { code: "needs_image_build", exitCode: ExitCode.badData },
  );
}

/** The working folder of the image that a Dockerfile makes, for its last stage; null: the base's own. */
export function workdirOf(dockerfile: string): string | null {
  let workdir: string | null = null;
  let variables: Record<string, string> = {};
  for (const { name, text } of parseDockerfile(dockerfile)) {
    if (name === "FROM") workdir = null;
    if (name === "ARG" || name === "ENV") {
      variables = { ...variables, ...settings(name, text, variables) };
    }
    if (name !== "WORKDIR") continue;
    workdir = nextWorkdir(workdir ?? "/", text, variables);
  }
  return workdir;
}
