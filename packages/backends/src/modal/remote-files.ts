import { ExitCode, MxError } from "@mx/cli";
import { posix } from "node:path";
import type { SandboxFile } from "../sandbox.ts";
import { makeFolders, runFolder } from "./remote-init.ts";
import { shellQuote } from "./shell-quote.ts";
import { tar } from "./tar.ts";

/** The folders that files may go to and come from, besides the workspace. */
const folders = ["/home/agent", "/tmp", "/mx/out"];

/** Files in one tar archive, with the script that puts each in its place. */
export interface Delivery {
  script: string;
  archive: Buffer;
}

/** Exit statuses of the scripts below, which people see as errors. */
const outside = 71;
const isFolder = 72;

/** A function that holds for the paths in these folders. */
function inFolders(known: string[]): string {
  const patterns = known
    .map(shellQuote)
    .flatMap((folder) => [folder, `${folder}/*`])
    .join("|");
  return `mx_in() { case "$1" in ${patterns}) return 0 ;; esac; return 1; }`;
}

/**
 * Puts one file in its place: never through a link that leads out of the sandbox's folders, in place of links and
 * FIFOs. Where the last folder that there is lies is what counts; the others are made.
 */
const putFunction = `\
mx_put() {
  mx_dir=\${2%/*} mx_up=\${2%/*}
  while [ "$mx_up" ] && [ ! -e "$mx_up" ] && [ ! -L "$mx_up" ]; do mx_up=\${mx_up%/*}; done
  mx_real=$(readlink -f -- "$mx_up"; echo .) mx_real=\${mx_real%??}
  mx_in "$mx_real" || case "$mx_real" in /home|/mx|/) ;; *) printf %s "$2" >&2; exit ${outside} ;; esac
  mkdir -p -- "$mx_dir" || exit 1
  [ ! -d "$2" ] || [ -L "$2" ] || { printf %s "$2" >&2; exit ${isFolder}; }
  rm -f -- "$2" && mv -f -- "$mx_from/$1" "$2" || exit 1
}`;

/**
 * How files get in: the archive holds numbered files and a script with their true names, so that no name has to pass
 * through an argument or a tar header. `under`: the folder that relative names are relative to; where it is not the
 * workspace, nothing may go elsewhere.
 */
export function deliver(files: SandboxFile[], under: string, workspace: string): Delivery {
  const known = under === workspace ? [workspace, ...folders] : [under];
  const lines = files.map(({ path }, n) => {
    const place = placeOf(path, under, known);
    return `mx_put ${n} ${shellQuote(place)}`;
  });
  const text = [inFolders([workspace, ...folders, under]), putFunction, ...lines, ""].join("\n");
  const place = Buffer.from(text);
  const numbered = files.map(({ bytes, mode }, n) => ({ name: `${n}`, mode, bytes }));
  // What lies at the place of a mount is the agent's.
  const isMount = under !== workspace && under !== runFolder;
  const clear = isMount ? freshFolders([under]) : "";
  return {
    script: `umask 022; mx_host=$1
${makeFolders} || { printf 'it is not isolated' >&2; exit 1; }
${clear}
mx_from=$(mktemp -d ${runFolder}/put-XXXXXX) && tar -xpf - -C "$mx_from" || exit 1
sh -c 'mx_from=$1; . "$1/place"' sh "$mx_from"; mx_status=$?; rm -rf "$mx_from"; exit $mx_status`,
    archive: tar([...numbered, { name: "place", mode: 0o600, bytes: place }]),
  };
}

/**
 * Makes each of these paths an empty folder: links and files on the way, which an agent may have put there, go. Modal's
 * sandboxes have no mounts of their own.
 */
export function freshFolders(paths: readonly string[]): string {
  return `mx_fresh() {
  mx_rest=\${1#/} mx_at=
  while [ "$mx_rest" ]; do
    mx_at=$mx_at/\${mx_rest%%/*}
    case $mx_rest in */*) mx_rest=\${mx_rest#*/} ;; *) mx_rest= ;; esac
    { [ -d "$mx_at" ] && [ ! -L "$mx_at" ]; } || { rm -rf -- "$mx_at" && mkdir -- "$mx_at"; } || exit 1
  done
  rm -rf -- "$1" && mkdir -- "$1" || exit 1
}
umask 022
${paths.map((path) => `mx_fresh ${shellQuote(path)}`).join("\n")}`;
}

/** Writes a file's first bytes to stdout; 71: there is no regular file in the sandbox's folders, or in `others`. */
export function readScript(others: readonly string[]): string {
  return `${inFolders([...others, ...folders])}
mx_file=$(readlink -f -- "$1"; echo .) && mx_file=\${mx_file%??}
mx_in "$mx_file" && [ -f "$mx_file" ] || exit ${outside}
exec head -c "$2" -- "$mx_file"`;
}

/** Where a file belongs, in words of the sandbox. Throws MxError 65 for one outside its folders. */
function placeOf(path: string, under: string, known: string[]): string {
  const place = posix.resolve(under, path);
  const isIn = known.some((folder) => place.startsWith(`${folder}/`));
  if (!isIn || path.includes("\0")) throw outsideError(path);
  return place;
}

/** What the exit status of the delivery's script means; null: all is in place. */
export function deliveryError(status: number, said: string): Error | null {
  if (status === 0) return null;
  if (status === outside) return outsideError(said);
  if (status === isFolder) {
    return outsideError(said, "is a folder");
  }
  return new Error(`files could not be put into the sandbox: ${said.trim() || `exit ${status}`}`);
}

function outsideError(path: string, why = "does not lie in a folder of the sandbox"): MxError {
  return new MxError(`${JSON.stringify(path)} ${why}`, {
    code: "path_outside_sandbox",
    exitCode: ExitCode.badData,
    hint: "files go below the workspace, the home folder, /tmp or /mx/out",
  });
}
