import { runFolder } from "./container-init.ts";

/** Name in the run folder of the links that a command needs, as JSON: `[{ path, to }]`. */
export const linksFile = "links";

/**
 * A program of node's that makes the links of a command in place of whatever an agent has put there. It runs in the
 * container as root, from files that an agent cannot change.
 */
export const placeLinks = `\
const fs = require("fs");
const isFolder = (path) => fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
for (const { path, to } of JSON.parse(fs.readFileSync("${runFolder}/${linksFile}", "utf8"))) {
  const parts = path.split("/").slice(1, -1);
  for (const n of parts.keys()) {
    const parent = "/" + parts.slice(0, n + 1).join("/");
    if (isFolder(parent)) continue;
    fs.rmSync(parent, { recursive: true, force: true });
    fs.mkdirSync(parent);
  }
  fs.rmSync(path, { recursive: true, force: true });
  fs.symlinkSync(to, path);
}
`;
