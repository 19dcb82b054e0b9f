import { runFolder } from "./container-init.ts";

/** Name in the run folder of the links that a command needs, as JSON: `[{ path, to }]`. */
export const linksFile = "links";

/**
 * A program of node's that makes the links of a command, or the folder that is its argument, in place of whatever an
 * agent has put there. It runs in the container as root, from files that an agent cannot change. A link on the way is
 * gone through where that works, as images have some, and is else replaced by a folder.
 */
export const placeLinks = `\
const fs = require("fs");
const makeFolders = (path, stat) => {
  const parts = path.split("/").slice(1);
  for (const n of parts.keys()) {
    const part = "/" + parts.slice(0, n + 1).join("/");
    if (stat(part, { throwIfNoEntry: false })?.isDirectory() === true) continue;
    fs.rmSync(part, { recursive: true, force: true });
    fs.mkdirSync(part);
  }
};
const trying = (make) => {
  try {
    make(fs.statSync);
  } catch {
    make(fs.lstatSync);
  }
};
const [folder] = process.argv.slice(2);
const links = folder === undefined ? JSON.parse(fs.readFileSync("${runFolder}/${linksFile}", "utf8")) : [];
if (folder !== undefined) trying((stat) => makeFolders(folder, stat));
for (const { path, to } of links) {
  trying((stat) => {
    makeFolders(path.slice(0, Math.max(0, path.lastIndexOf("/"))), stat);
    fs.rmSync(path, { recursive: true, force: true });
    fs.symlinkSync(to, path);
  });
}
`;
