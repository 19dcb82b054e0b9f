import type { ModalClient } from "modal";
import * as z from "zod";
import { withDeadline } from "./with-deadline.ts";

/** modal.client.ModalClient, all calls of the control plane; the SDK has it and calls it no part of its API. */
type ControlPlane = ModalClient["cpClient"];

/** Modal answers unary calls well within this, long polls excepted. */
const callMs = 60_000;
/** A stream that says nothing for so long is dead; Modal ends its own after 55 s. */
const streamSecs = 55;

/** GenericStatus in modal_proto/api.proto. */
export const Status = { success: 1, failure: 2, terminated: 3, timeout: 4, eviction: 8 } as const;
/** ObjectCreationType. */
const createIfMissing = 1;
/** VolumeFsVersion. */
const volumeV2 = 2;

const AppReply = z.object({ appId: z.string().min(1) });
const Result = z.object({ status: z.int(), exception: z.string(), exitcode: z.int() });
const ImageReply = z.object({ imageId: z.string().min(1), result: Result.optional() });
const LogEntry = z.object({
  entryId: z.string(),
  result: Result.optional(),
  taskLogs: z.array(z.object({ data: z.string() })),
});
const WaitReply = z.object({ result: Result.optional() });
const SandboxRows = z.object({
  sandboxes: z.array(
    z.object({
      id: z.string(),
      createdAt: z.number(),
      tags: z.array(z.object({ tagName: z.string(), tagValue: z.string() })),
    }),
  ),
});
const VolumeReply = z.object({ volumeId: z.string().min(1) });
const Entries = z.object({
  entries: z.array(
    z.object({ path: z.string(), type: z.int(), mtime: z.number(), size: z.number() }),
  ),
});
const FileUrls = z.object({
  getUrls: z.array(z.string()),
  size: z.number(),
  len: z.number(),
});
const Missing = z.object({
  missingBlocks: z.array(z.object({ fileIndex: z.int(), blockIndex: z.int(), putUrl: z.string() })),
});

/** How a sandbox or an image build ended; null: it goes on. */
export type EndStatus = z.infer<typeof Result>;

/** A running sandbox as Modal lists it. */
export interface SandboxRow {
  id: string;
  createdAt: Date;
  tags: Record<string, string>;
}

/** A file (type 1) or folder (type 2) of a volume. */
export type VolumeEntry = z.infer<typeof Entries>["entries"][number];

/** A file on its way to a volume: its blocks of 8 MiB with their SHA-256. */
export interface UploadFile {
  path: string;
  size: number;
  mode?: number;
  blocks: { contentsSha256: Uint8Array; putResponse?: Uint8Array }[];
}

/**
 * The calls that the SDK has no method for, or whose replies it throws away: all that mx sends by hand. Each has a
 * deadline, and each reply is checked, as these calls may change with the SDK's version, which is pinned.
 */
export class RawCalls {
  readonly #cp: ControlPlane;
  readonly #environment: string;

  constructor(cp: ControlPlane, environment: string) {
    this.#cp = cp;
    this.#environment = environment;
  }

  /** The id of an app. `create`: it is made where there is none; else that is an error (NOT_FOUND). */
  async app(appName: string, { create }: { create: boolean }): Promise<string> {
    const environmentName = this.#environment;
    const objectCreationType = create ? createIfMissing : 0;
    const asked = { appName, environmentName, objectCreationType } as const;
    return (await checked(AppReply, this.#cp.appGetOrCreate(asked), `app ${appName}`)).appId;
  }

  /** Starts the build of an image, or finds it: Modal goes by the content of the commands. */
  async image(
    appId: string,
    dockerfileCommands: string[],
    builderVersion: string,
  ): Promise<{ imageId: string; result: EndStatus | null }> {
    const call = this.#cp.imageGetOrCreate({
      appId,
      image: { dockerfileCommands },
      builderVersion,
    });
    const { imageId, result } = await checked(ImageReply, call, "image");
    return { imageId, result: result?.status ? result : null };
  }

  /** Follows a build to its end, line by line as Modal sends them. A stream that breaks is taken up where it was. */
  async followBuild(imageId: string, say: (text: string) => void): Promise<EndStatus> {
    let lastEntryId = "";
    for (let silent = 0; ;) {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), 2 * streamSecs * 1000);
      try {
        const asked = { imageId, timeout: streamSecs, lastEntryId };
        const entries = this.#cp.imageJoinStreaming(asked, { signal: abort.signal });
        for await (const entry of entries) {
          const { entryId, result, taskLogs } = LogEntry.parse(entry);
          silent = 0;
          timer.refresh();
          if (entryId !== "") lastEntryId = entryId;
          for (const { data } of taskLogs) say(data);
          if (result?.status) return result;
        }
      } catch (error) {
        silent += 1;
        if (silent > 3) throw error;
      } finally {
        clearTimeout(timer);
      }
    }
  }

  /** How a sandbox ended; null: it runs. V1 and V2 sandboxes have calls of their own, told by the form of the id. */
  async sandboxEnd(sandboxId: string): Promise<EndStatus | null> {
    const asked = { sandboxId, timeout: 0 };
    const call = isV1(sandboxId) ? this.#cp.sandboxWait(asked) : this.#cp.sandboxWaitV2(asked);
    const { result } = await checked(WaitReply, call, `state of ${sandboxId}`);
    return result?.status ? result : null;
  }

  /** Ends a sandbox; of one that has ended nothing is said. */
  async terminate(sandboxId: string): Promise<void> {
    const asked = { sandboxId };
    const call: Promise<unknown> = isV1(sandboxId)
      ? this.#cp.sandboxTerminate(asked)
      : this.#cp.sandboxTerminateV2(asked);
    await withDeadline(call, callMs, `end of ${sandboxId}`);
  }

  /** The running sandboxes of an app that carry all of these tags, newest first, V2 ones before V1 ones. */
  async *sandboxes(appId: string, tags: Record<string, string>): AsyncGenerator<SandboxRow> {
    for (const list of [
      this.#cp.sandboxListV2.bind(this.#cp),
      this.#cp.sandboxList.bind(this.#cp),
    ]) {
      let beforeTimestamp: number | undefined;
      for (;;) {
        const call = list({
          appId,
          environmentName: this.#environment,
          includeFinished: false,
          tags: Object.entries(tags).map(([tagName, tagValue]) => ({ tagName, tagValue })),
          ...(beforeTimestamp === undefined ? {} : { beforeTimestamp }),
        });
        const { sandboxes } = await checked(SandboxRows, call, "list of sandboxes");
        const last = sandboxes.at(-1);
        if (last === undefined) break;
        for (const { id, createdAt, tags: own } of sandboxes) {
          yield {
            id,
            createdAt: new Date(createdAt * 1000),
            tags: Object.fromEntries(own.map(({ tagName, tagValue }) => [tagName, tagValue])),
          };
        }
        beforeTimestamp = last.createdAt;
      }
    }
  }

  /** The id of a volume. `create`: it is made, version 2, where there is none; else that is an error (NOT_FOUND). */
  async volume(deploymentName: string, { create } = { create: true }): Promise<string> {
    const call = this.#cp.volumeGetOrCreate({
      deploymentName,
      environmentName: this.#environment,
      ...(create ? { objectCreationType: createIfMissing, version: volumeV2 } : {}),
    });
    return (await checked(VolumeReply, call, `volume ${deploymentName}`)).volumeId;
  }

  /** What a folder of a volume holds. A folder that is not there is an error (NOT_FOUND). */
  async volumeFiles(volumeId: string, path: string, recursive: boolean): Promise<VolumeEntry[]> {
    const collect = async () => {
      const found: VolumeEntry[] = [];
      for await (const part of this.#cp.volumeListFiles2({ volumeId, path, recursive })) {
        found.push(...Entries.parse(part).entries);
      }
      return found;
    };
    return withDeadline(collect(), callMs, `list of ${path}`);
  }

  /** Where some bytes of a file can be had: URLs to GET, one after the other, and the size of the whole file. */
  async fileUrls(
    volumeId: string,
    path: string,
    { start, len }: { start: number; len: number },
  ): Promise<z.infer<typeof FileUrls>> {
    const call = this.#cp.volumeGetFile2({ volumeId, path, start, len });
    return checked(FileUrls, call, `file ${path}`);
  }

  /** Puts files whose blocks Modal has into a volume; the blocks that it lacks, with where to PUT them. */
  async putFiles(
    volumeId: string,
    files: UploadFile[],
  ): Promise<z.infer<typeof Missing>["missingBlocks"]> {
    const call = this.#cp.volumePutFiles2({ volumeId, files });
    return (await checked(Missing, call, "upload")).missingBlocks;
  }
}

/** The SDK tells the two generations of sandboxes apart in the same way. */
function isV1(sandboxId: string): boolean {
  return /^sb-[0-9A-Za-z]{22}$/.test(sandboxId);
}

/** The reply of a call, within its deadline, as mx knows it. */
export async function checked<T extends z.ZodType>(
  schema: T,
  call: Promise<unknown>,
  what: string,
  ms = callMs,
): Promise<z.infer<T>> {
  const reply = await withDeadline(call, ms, what);
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  throw new Error(
    `${what}: Modal's reply is not what mx knows: ${parsed.error.issues[0]?.message}`,
  );
}
