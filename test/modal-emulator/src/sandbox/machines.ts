import { join } from "node:path";
import { BwrapMachine } from "./bwrap-machine.ts";
import { findBwrapTools, type BwrapTools } from "./bwrap-tools.ts";
import { Fifos } from "./fifos.ts";
import type { Machine, Mount } from "./machine.ts";
import { baseEnvironment } from "./machine.ts";
import { PlainMachine } from "./plain-machine.ts";
import { removeTree } from "../remove-tree.ts";

export interface MachineSpec {
  root: string;
  mounts: readonly Mount[];
  blockNetwork: boolean;
}

/** Makes machines of the sort that was asked for, or that works here. */
export class Machines {
  readonly isolation: "bwrap" | "none";
  /** Why sandboxes are not isolated; null where they are, or where that was asked for. */
  readonly reason: string | null;
  readonly #tools: BwrapTools | null;
  readonly #fifos: Fifos;

  private constructor(tools: BwrapTools | null, fifos: Fifos, reason: string | null) {
    this.#fifos = fifos;
    this.#tools = tools;
    this.isolation = tools === null ? "none" : "bwrap";
    this.reason = reason;
  }

  /** Tries bubblewrap once. Throws where it was asked for and does not work. */
  static async find(wanted: "bwrap" | "none" | null, folder: string): Promise<Machines> {
    const fifos = new Fifos(join(folder, "fifos"));
    if (wanted === "none") return new Machines(null, fifos, null);
    const tools = findBwrapTools(process.env["PATH"] ?? "");
    const reason =
      typeof tools === "string" ? `${tools} is not installed` : await tryOut(tools, fifos, folder);
    if (typeof tools !== "string" && reason === null) return new Machines(tools, fifos, null);
    if (wanted === "bwrap") throw new Error(`sandboxes cannot be isolated: ${reason}`);
    return new Machines(null, fifos, reason);
  }

  open({ root, mounts, blockNetwork }: MachineSpec): Machine {
    const fifos = this.#fifos;
    if (this.#tools === null) return new PlainMachine({ root, mounts, fifos });
    return new BwrapMachine({ tools: this.#tools, fifos, root, mounts, blockNetwork });
  }
}

/** Why bubblewrap does not work here, or null. */
async function tryOut(tools: BwrapTools, fifos: Fifos, folder: string): Promise<string | null> {
  const root = join(folder, "try");
  const machine = new BwrapMachine({ tools, fifos, root, mounts: [], blockNetwork: false });
  try {
    const { process: child } = await machine.spawn(["/bin/true"], {
      cwd: "/tmp",
      env: baseEnvironment,
    });
    const code = await new Promise<number | null>((resolve) => {
      child.on("exit", resolve).on("error", () => resolve(null));
    });
    return code === 0 ? null : `nsenter ended with ${code}`;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await machine.close();
    removeTree(root);
  }
}
