import { getFileNameLowLevel, type Entry, type ZipFile } from "yauzl";

/** Where a member is, and how it is packed: as little as possible, because a log has one per sample. */
export interface ZipMember {
  relativeOffsetOfLocalHeader: number;
  compressedSize: number;
  uncompressedSize: number;
  compressionMethod: number;
  crc32: number;
  encrypted: boolean;
}

/** The members by name. A name that occurs again is the later one: Inspect appends a sample that it runs again. */
export async function zipMembers(zip: ZipFile): Promise<Map<string, ZipMember>> {
  const members = new Map<string, ZipMember>();
  await new Promise<void>((resolve, reject) => {
    zip.on("error", reject);
    zip.on("end", resolve);
    zip.on("entry", (entry: Entry) => {
      try {
        members.set(nameOf(entry), memberOf(entry));
      } catch (error) {
        // Thrown here, it would end the program: this runs in a callback of yauzl.
        reject(error as Error);
        return;
      }
      zip.readEntry();
    });
    zip.readEntry();
  });
  return members;
}

function memberOf(entry: Entry): ZipMember {
  return {
    relativeOffsetOfLocalHeader: entry.relativeOffsetOfLocalHeader,
    compressedSize: entry.compressedSize,
    uncompressedSize: entry.uncompressedSize,
    compressionMethod: entry.compressionMethod,
    crc32: entry.crc32,
    encrypted: entry.isEncrypted(),
  };
}

function nameOf(entry: Entry): string {
  return getFileNameLowLevel(
    entry.generalPurposeBitFlag,
    entry.fileNameRaw,
    entry.extraFields,
    true,
  );
}
