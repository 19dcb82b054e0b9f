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
}

/** Why a sandbox is to be kept; null: it is to be ended. `owner`: its tag, see `ownerTag`. */
export function judgeGarbage(
  { owner, createdAt }: { owner: string | undefined; createdAt: Date },
  { all, olderThanMs }: GarbageRules,
): string | null {
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
