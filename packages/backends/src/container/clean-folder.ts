import { removeTree } from "../scratch/remove-tree.ts";
import type { ContainerOptions } from "./container-options.ts";
import { ulimits, verbArguments } from "./create-arguments.ts";
import type { Engine } from "./engine.ts";
import { engineError } from "./engine-failure.ts";

/**
 * Deletes a host folder whose files belong to users that only the engine can act as: of a root inside, where the engine
 * runs as root and we do not, or of a user that a rootless engine has given a number of its own.
 */
export async function cleanFolder(
  engine: Engine,
  image: string,
  folder: string,
  {
    runtime,
    options,
    selinux,
  }: { selinux: boolean } & Pick<ContainerOptions, "runtime" | "options">,
): Promise<void> {
  // As sandboxes are made: where the engine needs an option for these, it needs it here.
  const { exitCode, stderr } = await engine.run([
    ...verbArguments(engine, "run", runtime),
    ...ulimits(engine, null),
    ...(selinux ? ["--security-opt", "label=disable"] : []),
    ...options,
    "--rm",
    "--network",
    "none",
    "--user",
    "0:0",
    "--entrypoint",
    "/bin/sh",
    "--mount",
    `type=bind,src=${folder},dst=/mx-clean`,
    image,
    "-c",
    "chmod -R 777 /mx-clean; rm -rf /mx-clean/* /mx-clean/.[!.]* /mx-clean/..?*",
  ]);
  if (exitCode !== 0) throw engineError(`the folder ${folder} could not be deleted`, stderr);
  await removeTree(folder);
}
