import { join } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import type { Limit } from "@mx/records";
import { checkEnvironment } from "../exec/check-exec.ts";
import { PipePair } from "../exec/pipe-pair.ts";
import type { HostBackend, Sandbox, SandboxSpec } from "../sandbox.ts";
import { removeTree } from "../scratch/remove-tree.ts";
import { processPaths, ProcessSandbox } from "./process-sandbox.ts";

/** Sandboxes that are nothing but folders and process groups, for where nothing better is wanted. */
export class ProcessBackend implements HostBackend {
  readonly name = "process";
  readonly isolates = false;
  readonly reach = "loopback";
  readonly limits: Record<string, Limit>;
  readonly versions: Record<string, string>;
  readonly scratch: string;

  private readonly init: string;
  private readonly bin: string;
  private readonly path: string;
  private readonly alive = new Set<ProcessSandbox>();
  private readonly freePipes: PipePair[] = [];
  private made = 0;
  private disposed = false;

  constructor(o: {
    limits: Record<string, Limit>;
    versions: Record<string, string>;
    scratch: string;
    init: string;
    bin: string;
    path: string;
  }) {
    this.limits = o.limits;
    this.versions = o.versions;
    this.scratch = o.scratch;
    this.init = o.init;
    this.bin = o.bin;
    this.path = o.path;
  }

  async create(spec: SandboxSpec): Promise<Sandbox> {
    if (this.disposed) throw new Error("the backend was closed");
    checkEnvironment(spec.env);
    if (spec.workdir !== undefined) {
      throw new MxError(`the process backend cannot have its workspace at ${spec.workdir}`, {
        code: "workdir_unsupported",
        exitCode: ExitCode.usage,
        hint: "pass --backend local or container",
      });
    }
    if (spec.image !== undefined || spec.build !== undefined) {
      const image = spec.image ?? "what a Dockerfile makes";
      throw new MxError(`the process backend has no images, so that it cannot run ${image}`, {
        code: "image_unsupported",
        exitCode: ExitCode.usage,
        hint: "pass --backend container, or leave the image out to run on this host's programs",
      });
    }
    const folder = join(this.scratch, `sandbox-${++this.made}`);
    const pipes = this.freePipes.pop() ?? this.makePipes();
    const sandbox: ProcessSandbox = new ProcessSandbox({
      spec,
      folder,
      paths: processPaths(folder, this.bin),
      pipes,
      init: this.init,
      path: this.path,
      onRelease: () => {
        this.alive.delete(sandbox);
        this.freePipes.push(pipes);
      },
    });
    this.alive.add(sandbox);
    return sandbox;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    await Promise.allSettled([...this.alive].map((sandbox) => sandbox.release()));
    await removeTree(this.scratch);
  }

  private makePipes(): PipePair {
    const path = join(this.scratch, "pipes", `${this.made}`);
    PipePair.make([{ path, owner: null }]);
    return new PipePair(path);
  }
}
