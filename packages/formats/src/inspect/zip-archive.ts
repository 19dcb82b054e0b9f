import type { Readable } from "node:stream";
import { createInflateRaw, crc32 } from "node:zlib";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { RowFault } from "../row-fault.ts";
import { zipMembers, type ZipMember } from "./zip-members.ts";
import { ZstdDecoder } from "./zstd-decoder.ts";

/**
 * A zip file whose members are stored, deflated, or compressed with zstd (method 93, APPNOTE 4.4.5), read one member
 * at a time and in chunks. yauzl reads the directory and gives the packed bytes.
 */
export class ZipArchive {
  readonly #zip: ZipFile;
  readonly #members: ReadonlyMap<string, ZipMember>;

  private constructor(zip: ZipFile, members: ReadonlyMap<string, ZipMember>) {
    this.#zip = zip;
    this.#members = members;
  }

  /** Reads the directory. Throws RowFault where the file is no whole zip. */
  static async open(path: string): Promise<ZipArchive> {
    let zip: ZipFile;
    try {
      zip = await openPromise(path, {
        lazyEntries: true,
        autoClose: false,
        // Names are taken as they are: ids of samples may hold `..`, and nothing is ever unpacked to a path.
        decodeStrings: false,
        // Sizes are looked at when a member is read, so that a wrong one costs that member and not all.
        validateEntrySizes: false,
      });
    } catch (error) {
      throw damage("the zip file is damaged or cut off", error);
    }
    try {
      return new ZipArchive(zip, await zipMembers(zip));
    } catch (error) {
      zip.close();
      throw damage("the zip file's directory is damaged", error);
    }
  }

  /** Names of the members, in the order of the directory, each once. */
  names(): IterableIterator<string> {
    return this.#members.keys();
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** What a member holds, unpacked, in chunks. Throws RowFault where it is missing or damaged. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const member = this.#members.get(name);
    if (member === undefined) throw new RowFault(`the archive has no ${name}`);
    if (member.encrypted) throw new RowFault("encrypted");
    let size = 0;
    let crc = 0;
    try {
      for await (const chunk of this.#unpacked(member)) {
        size += chunk.length;
        if (size > member.uncompressedSize) break;
        crc = crc32(chunk, crc);
        yield chunk;
      }
    } catch (error) {
      throw damage("damaged", error);
    }
    if (size !== member.uncompressedSize || crc !== member.crc32) {
      throw new RowFault("damaged: its checksum is wrong");
    }
  }

  /** Closes the file. */
  close(): void {
    this.#zip.close();
  }

  async *#unpacked(member: ZipMember): AsyncGenerator<Buffer> {
    const packed = await this.#packed(member);
    try {
      if (member.compressionMethod === 0) yield* packed;
      else if (member.compressionMethod === 8) {
        const inflate = createInflateRaw();
        packed.once("error", (error: Error) => inflate.destroy(error));
        yield* packed.pipe(inflate) as AsyncIterable<Buffer>;
      } else if (member.compressionMethod === 93) {
        const decoder = new ZstdDecoder(member.uncompressedSize);
        for await (const chunk of packed as AsyncIterable<Buffer>) yield* decoder.push(chunk);
        decoder.end();
      } else {
        throw new RowFault(`packed by method ${member.compressionMethod}, which is not read`);
      }
    } finally {
      packed.destroy();
    }
  }

  async #packed(member: ZipMember): Promise<Readable> {
    const { compressedSize } = member;
    // yauzl looks at the offset and the size only.
    const entry = member as unknown as Entry;
    const { fileDataStart } = await this.#zip.readLocalFileHeaderPromise(entry, { minimal: true });
    // Its own promise of this call (3.4.0) calls another function.
    return new Promise((resolve, reject) => {
      this.#zip.openReadStreamLowLevel(
        fileDataStart,
        compressedSize,
        0,
        compressedSize,
        false,
        null,
        (error, stream) => (error === null ? resolve(stream) : reject(error)),
      );
    });
  }
}

function damage(what: string, error: unknown): unknown {
  if (error instanceof RowFault) return error;
  return new RowFault(error instanceof Error ? `${what}: ${error.message}` : what);
}
