import type { Engine } from "./engine.ts";

/** What an engine knows of a container. */
export interface ContainerState {
  id: string;
  name: string;
  labels: Record<string, string>;
  created: Date;
  running: boolean;
  /** Host pid of its first process; null: it does not run. */
  pid: number | null;
  /** Its last run had a process killed for want of memory. */
  outOfMemory: boolean;
  /** Host folder of what it has written; null: the engine does not say. */
  written: string | null;
}

/** What `inspect` prints, as far as it is used; docker and podman agree on it. */
interface Inspected {
  Id: string;
  Name: string;
  Created: string;
  Config?: { Labels?: Record<string, string> | null };
  State?: { Running?: boolean; Pid?: number; OOMKilled?: boolean };
  GraphDriver?: { Data?: { UpperDir?: string } | null };
}

/** Asks for containers by name or id; those that are not there are left out. */
export async function containerStates(engine: Engine, names: string[]): Promise<ContainerState[]> {
  if (names.length === 0) return [];
  const { stdout } = await engine.run(["inspect", "--type", "container", ...names]);
  let found: Inspected[];
  try {
    found = JSON.parse(stdout.toString("utf8")) as Inspected[];
  } catch {
    return [];
  }
  return found.map(({ Id, Name, Created, Config, State, GraphDriver }) => ({
    id: Id,
    name: Name.replace(/^\//, ""),
    labels: Config?.Labels ?? {},
    created: new Date(Created),
    running: State?.Running === true,
    pid: State?.Pid === undefined || State.Pid === 0 ? null : State.Pid,
    outOfMemory: State?.OOMKilled === true,
    written: GraphDriver?.Data?.UpperDir ?? null,
  }));
}
