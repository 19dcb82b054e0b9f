import type { ContainerProcess } from "modal";

const chunkBytes = 1024 * 1024;

/** Writes all of a command's stdin and closes it. A command need not read what it is given. */
export async function writeStdin(
  { stdin }: ContainerProcess<string> | ContainerProcess<Uint8Array>,
  bytes: Uint8Array,
): Promise<void> {
  const writer = (stdin as WritableStream<Uint8Array>).getWriter();
  try {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      await writer.write(bytes.subarray(at, at + chunkBytes));
    }
    await writer.close();
  } catch {
    // It has ended, or closed its stdin.
  }
}
