import { ownerHost, ownerState } from "./modal/owner-tag.ts";

/** A sandbox that was found, and what became of it. */
export interface Garbage {
  id: string;
  action: "delete" | "keep" | "fail";
  reason: string;
}

/** Which of the sandboxes that are found are to be ended. */
export interface GarbageRules {
  /** Also those whose mx-sandbox is alive, or of another host, of which nobody here can tell. */
  all: boolean;
  /** Only those that are older, in ms. */
  olderThanMs: number;
  /** Only those of this run. */
  run?: string | undefined;
  /** Say what would be done. */
  dryRun: boolean;
}

/** A sandbox that was found. `owner` and `run` are its tags, see `tagNames`. */
export interface Found {
  id: string;
  owner: string | undefined;
  run: string | undefined;
  createdAt: Date;
}

/** Ends those of the sandboxes that were found that are to be ended, one after the other. */
export async function* endGarbage(
  found: readonly Found[],
  rules: GarbageRules,
  end: (id: string) => Promise<unknown>,
): AsyncGenerator<Garbage> {
  for (const row of found) {
    const { id, run, createdAt } = row;
    const keep = reasonToKeep(row, rules);
    if (keep !== null) {
      yield { id, action: "keep", reason: keep };
      continue;
    }
    const reason = `of run ${run}, since ${createdAt.toISOString()}`;
    const isEnded = rules.dryRun || (await succeeds(end(id)));
    yield { id, action: isEnded ? "delete" : "fail", reason };
  }
}

/** Null: it is to be ended. */
function reasonToKeep({ owner, createdAt }: Found, rules: GarbageRules): string | null {
  const { all, olderThanMs } = rules;
  if (owner === undefined) return "mx did not make it";
  if (Date.now() - createdAt.getTime() < olderThanMs) return "it is younger than --older-than";
  if (all) return null;
  switch (ownerState(owner)) {
    case "dead":
      return null;
    case "alive":
      return "its mx-sandbox is alive";
    case "unknown":
      return `its mx-sandbox was started on ${ownerHost(owner)}; --all ends it`;
  }
}

function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
