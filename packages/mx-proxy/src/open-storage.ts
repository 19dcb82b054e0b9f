import type { Masker, MxError } from "@mx/cli";
import type { Flags } from "./flags.ts";
import type { Upstream } from "./upstream/upstream.ts";

export interface StorageOptions {
  flags: Flags;
  /** Takes secrets out of what is stored. */
  masker: Masker;
  note: (text: string) => void;
  /** Hears that a file which was asked for cannot be written. */
  broken: (error: MxError) => void;
}

/** The upstream behind its cache and its recorder, where they are asked for. What is recorded is what clients get. */
export async function withStorage(source: Upstream, options: StorageOptions): Promise<Upstream> {
  const { flags, masker, note, broken } = options;
  let upstream = source;
  if (flags.cache !== undefined) {
    const { CachedUpstream } = await import("./cache/cached-upstream.ts");
    const { ReplyStore } = await import("./cache/reply-store.ts");
    upstream = new CachedUpstream(upstream, await ReplyStore.open(flags.cache, note), masker);
  }
  if (flags.record !== undefined) {
    const { Recorder } = await import("./replay/recorder.ts");
    upstream = await Recorder.open(upstream, {
      path: flags.record,
      masker,
      failed: broken,
      note,
    });
  }
  return upstream;
}
