import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { localPaths } from "./paths.ts";

/** /dev/shm of a sandbox: enough for what uses it, no way around the limits where no control group counts it. */
const shmBytes = 64 * 1024 * 1024;

/** What every sandbox of a backend has in common. */
export interface Root {
  /** Scratch folders with the tools and the /etc of sandboxes, and the mounts over that. */
  bin: string;
  etc: { folder: string; mounts: string[] };
  readOnlyMounts: string[];
  /** Text of `bwrap --help`: older ones do not know all options. */
  help: string;
  /** Keep user namespaces from being made inside, where bwrap can. */
  disableUserns: boolean;
}

/** bwrap's arguments before the first folder of a sandbox: namespaces and the read-only root. */
export function rootArguments(root: Root, hostNetwork: boolean): string[] {
  const { etc } = root;
  const where = (known: string, ...values: string[]) =>
    root.help.includes(known) ? [known, ...values] : [];
  return [
    ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
    hostNetwork ? [] : ["--unshare-net"],
    root.disableUserns ? where("--disable-userns") : [],
    // The init must be process 1: when it ends the kernel ends all others before bwrap sees it.
    ["--as-pid-1", "--die-with-parent", "--new-session", "--hostname", "sandbox"],
    ["--uid", "1000", "--gid", "1000", "--cap-drop", "ALL"],
    ["--ro-bind", "/usr", "/usr"],
    ["/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin"].flatMap(systemFolder),
    ["--ro-bind", etc.folder, "/etc", ...etc.mounts],
    ["--proc", "/proc", "--dev", "/dev"],
    [...where("--size", `${shmBytes}`), ...where("--perms", "1777"), "--tmpfs", "/dev/shm"],
    ["--remount-ro", "/dev"],
    ["--symlink", "../tmp", "/var/tmp"],
    ["--ro-bind", root.bin, localPaths.bin],
    root.readOnlyMounts.flatMap((path) => ["--ro-bind", path, path]),
  ].flat();
}

/** The writable folders of one sandbox: path inside to host folder. */
export function folderArguments(folders: ReadonlyMap<string, string>): string[] {
  return [...folders].flatMap(([path, host]) => ["--bind", host, path]);
}

/** The bytes that bwrap reads its arguments from. */
export function argumentBytes(args: string[]): Buffer {
  return Buffer.from(args.map((arg) => `${arg}\0`).join(""));
}

/** Old hosts have a /bin of its own, the others a link into /usr. */
function systemFolder(path: string): string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink()
    ? ["--symlink", readlinkSync(path), path]
    : ["--ro-bind", path, path];
}
