import { failed, ok, type Finding } from "./finding.ts";

const [leastMajor, leastMinor] = [20, 19];

/** Whether this Node.js is new enough. */
export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isGood = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  return isGood
    ? ok("Node.js", version)
    : failed("Node.js", version, `install Node.js ${leastMajor}.${leastMinor} or later`);
}
