import { writeFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud } from "../cloud.ts";
import type { Request } from "../control/control-api.ts";
import { accepts } from "../sandbox/accepts.ts";
import { createSandbox, schedule } from "../sandbox/create-sandbox.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { pythonInside, pythonMounts } from "./python-mounts.ts";
import { runner } from "./runner.ts";

/** A function as `modal deploy` describes it. */
export type FunctionDefinition = NonNullable<Request<"functionCreate">["function"]>;

/** What Modal gives a container to end by itself, in seconds. */
const graceSecs = 30;
/** A container's longest life, in seconds. */
const longestSecs = 86_400;

/** A running container of a web function: a process of this machine, and the port that it serves. */
export class Container {
  readonly sandbox: Sandbox;
  readonly port: number;
  readonly #startupSecs: number;
  /** True once its port has accepted a connection. */
  isOpen = false;

  private constructor(sandbox: Sandbox, port: number, startupSecs: number) {
    this.sandbox = sandbox;
    this.port = port;
    this.#startupSecs = startupSecs;
  }

  /** Makes one, with its files in place; `open` starts it. */
  static async create(
    cloud: Cloud,
    owner: { id: string; appId: string; name: string; method: string },
    definition: FunctionDefinition,
  ): Promise<Container> {
    const { name, method } = owner;
    const webhook =
      definition.methodDefinitions?.[method]?.webhookConfig ?? definition.webhookConfig;
    const { python } = cloud.settings;
    const isolated = cloud.machines.isolation !== "none";
    if (python === "") throw new Error("this emulator has no Python to run functions with");
    const sandbox = await createSandbox(
      cloud,
      {
        appId: owner.appId,
        definition: {
          imageId: definition.imageId ?? "",
          secretIds: definition.secretIds ?? [],
          volumeMounts: definition.volumeMounts ?? [],
          // The time that a definition names is that of one call.
          timeoutSecs: longestSecs,
          resources: definition.resources,
          workdir: "/root",
          entrypointArgs: [
            isolated ? pythonInside(python) : python,
            "-c",
            runner,
            definition.moduleName ?? "",
            name,
            method,
          ],
        },
      },
      {
        version: 1,
        call: null,
        container: { functionId: owner.id, mounts: pythonMounts(python), env: cloud.clientEnv },
      },
    );
    putFiles(cloud, sandbox, definition.mountIds ?? []);
    const { webServerPort = 0, webServerStartupTimeout = 5 } = webhook ?? {};
    return new Container(sandbox, webServerPort, webServerStartupTimeout);
  }

  /** Lets its `exit` methods run where it is open, and ends it. */
  async stop(cloud: Cloud): Promise<void> {
    if (this.isOpen) await this.#leave(cloud);
    await this.sandbox.end({ status: "terminated", exitcode: 137, exception: "" });
  }

  async #leave(cloud: Cloud): Promise<void> {
    this.sandbox.entrypoint?.stdin.end();
    const late = new Promise<void>((resolve) => cloud.clock.after(graceSecs, resolve));
    await Promise.race([this.sandbox.whenDone, late]);
  }

  /** Starts it and waits until its port accepts connections. Throws where it ends before, or takes too long. */
  async open(cloud: Cloud): Promise<void> {
    await schedule(cloud, this.sandbox);
    const started = performance.now();
    while (this.sandbox.result === null) {
      this.isOpen = await accepts(this.port);
      if (this.isOpen) return;
      if (cloud.clock.secsSince(started) > this.#startupSecs) {
        const exception = `Waited too long for port ${this.port} to start accepting connections.`;
        await this.sandbox.end({ status: "init_failure", exitcode: 1, exception });
        throw new Error(exception);
      }
      await sleep(50);
    }
    throw new Error(`the container ended with ${this.sandbox.result.exitcode}`);
  }
}

/** The files of mounts, such as the module that was deployed. What lies in the store of the emulator itself is left out. */
function putFiles(cloud: Cloud, sandbox: Sandbox, mountIds: readonly (string | undefined)[]): void {
  for (const mountId of mountIds) {
    for (const { filename, sha256 } of cloud.mounts.get(mountId).files) {
      const { hostPath } = sandbox.spec.machine.locate(filename, true);
      mkdirSync(dirname(hostPath), { recursive: true });
      writeFileSync(hostPath, cloud.blocks.get(sha256) ?? "");
    }
  }
}
