import { ExitCode, MxError } from "@mx/cli";
import { withRetries } from "../retry-policy.ts";
import { listVolume } from "../volume-files.ts";
import { failureKind, modalError } from "./modal-failure.ts";
import { openModalClient, type ModalConnection } from "./open-modal-client.ts";
import type { VolumeEntry } from "./raw.ts";
import { transfer, transferError } from "./transfer.ts";

/** As much as one URL gives. */
const partBytes = 8 * 1024 * 1024;
const readPolicy = { firstMs: 500, mostMs: 10_000, forMs: 60_000 };

/** A volume of Modal, read from outside: what was committed. Its failures are MxErrors, exit 69 where Modal is away. */
export class VolumeReader implements Disposable {
  readonly name: string;
  readonly #connection: ModalConnection;
  readonly #volumeId: string;

  private constructor(connection: ModalConnection, name: string, volumeId: string) {
    this.#connection = connection;
    this.name = name;
    this.#volumeId = volumeId;
  }

  /** Finds the volume of this name; MxError 2 where there is none, or no credentials. */
  static async open(
    env: NodeJS.ProcessEnv,
    { name, environment }: { name: string; environment: string | undefined },
  ): Promise<VolumeReader> {
    const connection = await openModalClient(env, { environment });
    try {
      const volumeId = await connection.raw.volume(name, { create: false });
      return new VolumeReader(connection, name, volumeId);
    } catch (error) {
      connection.close();
      if (failureKind(error) !== "not_found") throw modalError(error, `volume ${name}`);
      const { environment: where } = connection;
      throw new MxError(
        `Modal has no volume ${JSON.stringify(name)}${where === "" ? "" : ` in environment ${where}`}`,
        {
          code: "unknown_volume",
          exitCode: ExitCode.usage,
          hint: "`modal volume list` shows the volumes; --modal-environment says where they are",
          cause: error,
        },
      );
    }
  }

  /** What a folder holds, with paths from the volume's root, without a slash before them; empty: it is not there. */
  async files(folder: string, recursive: boolean): Promise<VolumeEntry[]> {
    const { raw } = this.#connection;
    try {
      const list = () => listVolume(raw, this.#volumeId, folder, recursive);
      const entries = await withRetries(list, readPolicy);
      return entries.map((entry) => ({ ...entry, path: entry.path.replace(/^\/+/, "") }));
    } catch (error) {
      throw modalError(error, `volume ${this.name}: ${folder}`);
    }
  }

  /** A file's bytes, in parts of up to 8 MiB, each of which is asked for again where the network fails. */
  async *read(path: string): AsyncGenerator<Buffer> {
    for (let at = 0, size = Infinity; at < size;) {
      try {
        const part = await withRetries(() => this.#part(path, at), readPolicy);
        size = part.size;
        at += part.bytes.length;
        if (part.bytes.length > 0) yield part.bytes;
        else if (at < size) throw new Error("it became shorter while it was read");
      } catch (error) {
        throw modalError(error, `volume ${this.name}: ${path}`);
      }
    }
  }

  async #part(path: string, start: number): Promise<{ bytes: Buffer; size: number }> {
    const asked = { start, len: partBytes };
    const { getUrls, size, len } = await this.#connection.raw.fileUrls(this.#volumeId, path, asked);
    const parts: Buffer[] = [];
    for (const url of getUrls) parts.push(await transfer("download", url));
    const bytes = Buffer.concat(parts);
    if (bytes.length !== len)
      throw transferError("download", `${bytes.length} bytes came of ${len}`);
    return { bytes, size };
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}
