import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, posix } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Exec } from "../sandbox/exec.ts";
import { baseEnvironment, type Machine } from "../sandbox/machine.ts";
import type { Machines } from "../sandbox/machines.ts";
import { envVariables, parseDockerfile, runArguments, type Instruction } from "./dockerfile.ts";
import type { BuildSettings, Image } from "./image.ts";

const run = promisify(execFile);

/** Copies a folder's content into another. */
export async function copyFolder(from: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  await run("cp", ["-a", "--reflink=auto", `${from}/.`, to]);
}

/** Builds images: files, variables and working folder from the lines of a Dockerfile. */
export class ImageBuilder {
  readonly #machines: Machines;
  readonly #settings: BuildSettings;
  readonly #folder: string;

  constructor(machines: Machines, settings: BuildSettings, folder: string) {
    this.#machines = machines;
    this.#settings = settings;
    this.#folder = folder;
  }

  /** Runs an image's own lines. What goes wrong is noted in the image. */
  async build(
    image: Image,
    commands: readonly string[],
    secrets: Record<string, string>,
  ): Promise<void> {
    image.timesBuilt += 1;
    let machine: Machine | null = null;
    try {
      if (this.#settings.imageBuildMs > 0) await sleep(this.#settings.imageBuildMs);
      for (const instruction of parseDockerfile(commands)) {
        image.log.push(`=> ${instruction.name} ${instruction.rest}\n`);
        if (instruction.name === "ENV") Object.assign(image.env, envVariables(instruction.rest));
        if (instruction.name === "WORKDIR")
          image.workdir = posix.resolve(image.workdir, instruction.rest);
        if (instruction.name === "RUN" && this.#runs) machine ??= await this.#open(image);
        if (instruction.name === "RUN") await this.#run(image, instruction, machine, secrets);
      }
      image.state = "built";
    } catch (error) {
      image.state = "failed";
      image.exception = (error as Error).message;
      image.log.push(`${image.exception}\n`);
    } finally {
      await machine?.close();
    }
  }

  get #runs(): boolean {
    return this.#settings.imageCommands === "run" && this.#machines.isolation === "bwrap";
  }

  async #open(image: Image): Promise<Machine> {
    const root = join(this.#folder, image.id);
    if (image.folder === null) mkdirSync(root, { recursive: true });
    else await copyFolder(image.folder, root);
    image.folder = root;
    return this.#machines.open({ root, mounts: [], blockNetwork: false });
  }

  async #run(
    image: Image,
    { rest }: Instruction,
    machine: Machine | null,
    secrets: Record<string, string>,
  ): Promise<void> {
    const code =
      machine === null ? recordedCode(rest) : await this.#execute(image, rest, machine, secrets);
    if (code !== 0) throw new Error(`RUN ${rest} ended with ${code}`);
  }

  async #execute(
    image: Image,
    rest: string,
    machine: Machine,
    secrets: Record<string, string>,
  ): Promise<number> {
    const { hostPath } = machine.locate(image.workdir, true);
    mkdirSync(hostPath, { recursive: true });
    const child = await machine.spawn(runArguments(rest), {
      cwd: image.workdir,
      env: { ...baseEnvironment, ...image.env, ...secrets },
    });
    const exec = Exec.ofProcess(child, { stdout: true, stderr: "stdout" });
    exec.stdin.end();
    for await (const bytes of exec.stdout.read(0, new AbortController().signal)) {
      image.log.push(bytes.toString());
    }
    const exit = await exec.wait(new AbortController().signal);
    if (exit === null) return 1;
    return "code" in exit ? exit.code : 128 + exit.signal;
  }
}

/** Where commands are only recorded, those that plainly fail still do. */
function recordedCode(rest: string): number {
  if (rest.trim() === "false") return 1;
  return Number(/^exit\s+(\d+)$/.exec(rest.trim())?.[1] ?? 0);
}
