import { modalError } from "./client/modal-failure.ts";
import { openModalClient, type ModalConnection } from "./client/open-modal-client.ts";
import { withRetries } from "./retry-policy.ts";
import { uploadFiles, type VolumeFile } from "./volume-files.ts";

const uploadPolicy = { firstMs: 500, mostMs: 10_000, forMs: 60_000 };

/** A volume of Modal that results are copied to. */
export class ResultVolume implements Disposable {
  readonly #connection: ModalConnection;
  readonly #volumeId: string;

  private constructor(connection: ModalConnection, volumeId: string) {
    this.#connection = connection;
    this.#volumeId = volumeId;
  }

  /** The volume of this name, which is made where there is none. Throws an MxError where Modal refuses. */
  static async open(
    env: NodeJS.ProcessEnv,
    { name, environment }: { name: string; environment: string | undefined },
  ): Promise<ResultVolume> {
    const connection = await openModalClient(env, { environment });
    try {
      return new ResultVolume(connection, await connection.raw.volume(name));
    } catch (error) {
      connection.close();
      throw modalError(error, `volume ${name}`);
    }
  }

  /** Puts files there, over those that have their names. Visible to readers when this resolves. */
  async save(files: VolumeFile[]): Promise<void> {
    await withRetries(() => uploadFiles(this.#connection.raw, this.#volumeId, files), uploadPolicy);
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}
