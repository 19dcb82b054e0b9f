import type { Adapter } from "@mx/agent/adapters";

/** Where agents are in images. */
const inImages = "/opt/mx/agents";

/** The commands that put an agent into an image, and where it is then. They need npm, or Python, in it or from apt. */
export function imageAgent({ name, version, install }: Adapter): {
  folder: string;
  commands: string[];
} {
  const folder = `${inImages}/${name}-${version}`;
  if ("npm" in install) {
    const scripts = install.scripts ? "" : " --ignore-scripts";
    const flags = `--no-audit --no-fund --omit dev${scripts}`;
    return {
      folder,
      commands: [`npm install --prefix ${folder} ${flags} '${install.npm}@${version}'`],
    };
  }
  if (!("pypi" in install)) return { folder, commands: [] };
  const packages = [`${install.pypi}==${version}`, ...install.with].map((one) => `'${one}'`);
  return {
    folder,
    commands: [
      "python3 -c 'import ensurepip' 2>/dev/null || (apt-get update && apt-get install -y --no-install-recommends python3-venv)",
      `python3 -m venv ${folder}`,
      `${folder}/bin/pip install --quiet --no-input ${packages.join(" ")}`,
    ],
  };
}
